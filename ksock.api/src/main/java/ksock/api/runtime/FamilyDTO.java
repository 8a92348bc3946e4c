// SPDX-License-Identifier: Apache-2.0
package ksock.api.runtime;

import org.osgi.dto.DTO;

/** A family that can make sockets. */
public class FamilyDTO extends DTO {

    /** Its name. */
    public String name;

    /** The address family it serves, -1 for all that the host has. */
    public int domain;

    /** The protocol it serves, -1 for all of the domain's. */
    public int protocol;

    /** The service that provides it, 0 for the host's. */
    public long serviceId;

    /** The sockets it has now. */
    public int sockets;

    /** Why it cannot make any, empty if it can. */
    public String unsupported = "";

    /** Empty, to be filled. */
    public FamilyDTO() {
    }
}
