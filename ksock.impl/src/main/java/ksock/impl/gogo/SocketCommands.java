// SPDX-License-Identifier: Apache-2.0
package ksock.impl.gogo;

import java.util.List;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The commands {@code ksock:list}, {@code ksock:info} and {@code ksock:runtime}. They return DTOs, so that scripts can
 * go on with them; {@link SocketConverter} makes tables of them for people.
 */
@Component(service = SocketCommands.class,
        property = {"osgi.command.scope=ksock", "osgi.command.function=list", "osgi.command.function=info",
            "osgi.command.function=runtime"})
public final class SocketCommands {

    private final KernelSocketsRuntime runtime;

    /**
     * Made by DS, when a command is called first.
     *
     * @param runtime what the commands show
     */
    @Activate
    public SocketCommands(@Reference KernelSocketsRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * The open sockets, as netstat lists them.
     *
     * @return a row each
     */
    @Descriptor("lists the open sockets: owner, family, type, queues, addresses, state")
    public List<SocketDTO> list() {
        return runtime.getRuntimeDTO().sockets;
    }

    /**
     * One socket, with all that is known of it.
     *
     * @param id its number in the list
     * @return the socket
     */
    @Descriptor("shows all that is known of one socket")
    public SocketDTO info(@Descriptor("the socket's number, as ksock:list gives it") long id) {
        return runtime.getRuntimeDTO().sockets.stream().filter(socket -> socket.id == id).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no socket has the number " + id + "; see ksock:list"));
    }

    /**
     * Families and counters.
     *
     * @return everything
     */
    @Descriptor("shows the socket families and the counters")
    public RuntimeDTO runtime() {
        return runtime.getRuntimeDTO();
    }
}
