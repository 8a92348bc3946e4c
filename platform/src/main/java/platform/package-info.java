// SPDX-License-Identifier: Apache-2.0

/**
 * What ships: the bundles that {@code platform.bndrun} resolves to, in a Felix, as one executable jar.
 *
 * <p>
 * {@link platform.Main} is the launcher. bnd's own one ends without stopping the framework when it is interrupted, so
 * sockets and agents would be left to the operating system, and it ends with status 117 when the shell stops it.
 *
 * <p>
 * <b>Files.</b> The home of a platform is the folder that it is started in: {@code etc/} for configuration,
 * {@code deploy/} for bundles to add. The framework's storage is a folder of its own in the temporary directory, made
 * new at each start and deleted at the end, so any number of platforms can run from one home. Who wants it kept names
 * a folder by {@code -Dorg.osgi.framework.storage=...}; two platforms at a time may not share that. The shell's profile
 * is {@code etc/gosh_profile}, or where that is missing the jar's.
 *
 * <p>
 * Nothing is written into the home, and both folders may be read-only. {@code installation.xml} makes the archive to
 * install from: one folder with this jar, {@code cn}, their scripts and the configuration.
 *
 * <p>
 * <b>Bundles.</b> All that are in the jar are installed, and started but for those that {@code platform.left.stopped}
 * names: in the archive, the test user {@code agent.cntest}, which is for trying things out and sends each second.
 *
 * <p>
 * <b>Ends.</b> {@code exit} or end of input in the shell: status 0. SIGINT (Ctrl-C) and SIGTERM stop all bundles, then
 * the status is the one that is usual after these signals, 130 and 143. Started with {@code /dev/null} as its input the
 * platform has no shell and runs until a signal.
 */
package platform;
