// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.GatePath;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Set;

/**
 * The file of a gate's socket and the lock that says whose it is. Used by one thread at a time, but for
 * {@link #isBound}.
 *
 * <p>The lock is the host's on {@code <path>.lock}, which ends with the process that holds it, however that ends. Such
 * locks are of the process, not of who took them, and all are lost when the process closes any descriptor of the file:
 * hence within one JVM the path is claimed in the system properties before the lock's file is touched.
 *
 * <p>The lock's file is never removed: between another's opening and locking of it, it would be another file.
 */
final class SocketFile implements AutoCloseable {

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;
    private static final String CLAIM = "connector.gate.";
    private static final Set<PosixFilePermission> SEARCH =
            Set.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    private final Path path;
    private final Path lockPath;
    private final String claim;
    private FileChannel lock;
    private boolean claimed;
    /** Device and inode of the socket that was bound here; null before. */
    private volatile String bound;

    private SocketFile(Path path) throws IOException {
        this.path = path;
        lockPath = path.resolveSibling(path.getFileName() + ".lock");
        claim = CLAIM + path.getParent().toRealPath().resolve(path.getFileName());
    }

    /**
     * Takes a gate's path for this platform: makes its directory where that is missing, takes the lock, and removes the
     * socket that a dead platform left there.
     *
     * @throws GateException it is a live platform's, or something else is there
     */
    static SocketFile take(GateSettings settings) throws IOException {
        Path path = settings.path();
        prepareDirectory(path.getParent(), settings.isShared());
        SocketFile file = new SocketFile(path);
        file.takeLock();
        try {
            file.removeDead();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** A shared gate's directory may be searched by all, and listed by none: who connects is for the socket to say. */
    private static void prepareDirectory(Path directory, boolean isShared) throws IOException {
        boolean isNew = !Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
        if (isNew) {
            try {
                Files.createDirectory(directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (IOException e) {
                throw new GateException("cannot make the directory " + directory + " for the gate's socket: "
                        + reason(e), e);
            }
        }
        // In /tmp anybody could have been faster.
        if (directory.startsWith("/tmp") && directory.getNameCount() == 2
                && directory.getFileName().toString().startsWith("connector-")
                && !GatePath.isOwn(directory, GatePath.uid())) {
            throw new GateException(directory + " belongs to another user, who could take the gate's place: "
                    + "remove it, or configure another path");
        }
        // The default directory may be there from when its gate was for one user; any other is not ours to open.
        if (isShared && (isNew || isDefault(directory))) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            if (permissions.addAll(SEARCH)) {
                Files.setPosixFilePermissions(directory, permissions);
            }
        }
    }

    private static boolean isDefault(Path directory) throws IOException {
        return directory.equals(GatePath.ofPlatform().getParent()) && GatePath.isOwn(directory, GatePath.uid());
    }

    /**
     * The directory that keeps other users from a path whatever the socket's own mode: the one nearest to it that
     * neither its group nor everybody may search.
     *
     * @return null if there is none
     */
    static Path closedDirectory(Path path) throws IOException {
        for (Path directory = path.toRealPath().getParent(); directory != null; directory = directory.getParent()) {
            if (Collections.disjoint(Files.getPosixFilePermissions(directory), SEARCH)) {
                return directory;
            }
        }
        return null;
    }

    private void takeLock() throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        if (System.getProperties().putIfAbsent(claim, pid) != null) {
            throw new GateException(path + " is in use by another gate of this process: configure another path");
        }
        claimed = true;
        boolean taken = false;
        try {
            lock = FileChannel.open(lockPath,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (lock.tryLock() == null) {
                throw new GateException(path + " is in use by another platform" + holder()
                        + ": end that one, or configure another path");
            }
            lock.truncate(0);
            lock.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            taken = true;
        } catch (GateException e) {
            throw e;
        } catch (IOException e) {
            throw new GateException("cannot lock " + lockPath + ": " + reason(e), e);
        } finally {
            if (!taken) {
                release();
            }
        }
    }

    private String holder() {
        try {
            String pid = Files.readString(lockPath).strip();
            return pid.isEmpty() ? "" : ", process " + pid;
        } catch (IOException e) {
            return "";
        }
    }

    private void removeDead() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFSOCK) {
            throw new GateException(path + " is there and is no socket: remove it, or configure another path");
        }
        if (isListenedTo()) {
            throw new GateException(path + " is in use by a process that is no platform of this kind: "
                    + "end that one, or configure another path");
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new GateException("cannot remove " + path + ", which a dead platform left: " + reason(e), e);
        }
    }

    private boolean isListenedTo() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            // A full backlog is refused otherwise than a dead end is, and means that somebody lives there.
            return probe.connect(UnixDomainSocketAddress.of(path)) || !probe.finishConnect();
        } catch (IOException e) {
            return !isRefused(e);
        }
    }

    /** Whether nobody listens there. By its type: what it says is in the language of this process' environment. */
    static boolean isRefused(IOException e) {
        return e instanceof ConnectException;
    }

    /** To be called between bind and listen: remembers which file it is, and says who may connect. */
    void bound(GateSettings settings) throws IOException {
        bound = identity();
        if (bound == null) {
            throw new GateException(path + " was removed as soon as it was made");
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (settings.group() != null) {
            view.setGroup(group(settings));
        }
        // NOFOLLOW is not supported for permissions; it is our own socket, in a directory where nobody can swap it.
        Files.setPosixFilePermissions(path, settings.permissions());
    }

    /**
     * The group that a gate's socket is to be given to.
     *
     * @throws GateException there is none of that name
     */
    static GroupPrincipal group(GateSettings settings) throws IOException {
        try {
            return settings.path().getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(settings.group());
        } catch (IOException e) {
            throw new GateException("there is no group '" + settings.group() + "' to give " + settings.path() + " to",
                    e);
        }
    }

    /** {@return whether the file at the path is the one that was bound here} */
    boolean isBound() {
        String mine = bound;
        return mine != null && mine.equals(identity());
    }

    private String identity() {
        try {
            return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS) + ":"
                    + Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    /** Removes the socket's file if it still is the one that was bound here, and gives up the path. */
    @Override
    public void close() throws IOException {
        try {
            if (isBound()) {
                Files.deleteIfExists(path);
            }
        } finally {
            bound = null;
            release();
        }
    }

    private void release() throws IOException {
        try {
            if (lock != null) {
                lock.close();
            }
        } finally {
            if (claimed) {
                claimed = false;
                System.getProperties().remove(claim);
            }
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
