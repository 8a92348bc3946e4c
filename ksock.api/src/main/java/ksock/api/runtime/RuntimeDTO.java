// SPDX-License-Identifier: Apache-2.0
package ksock.api.runtime;

import java.util.ArrayList;
import java.util.List;
import org.osgi.dto.DTO;

/** All sockets and families. */
public class RuntimeDTO extends DTO {

    /** The sockets that are open, by their ids. */
    public List<SocketDTO> sockets = new ArrayList<>();

    /** The families that can make sockets. */
    public List<FamilyDTO> families = new ArrayList<>();

    /** Sockets made since the service started. */
    public long opened;

    /** Sockets closed since the service started. */
    public long closed;

    /** Sockets that were forgotten without being closed, and were closed for their owners. */
    public long forgotten;

    /** Callbacks that threw. */
    public long failedCallbacks;

    /** Threads that run callbacks, the leader included. */
    public int loopThreads;

    /** Empty, to be filled. */
    public RuntimeDTO() {
    }
}
