// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A multicast group. */
public class GroupDTO extends DTO {

    /** The group's number, u32. */
    public long group;

    /** How many ports are members. */
    public int members;

    /** The bus sequence of its latest message; 0 if it had none. */
    public long sequence;

    /** Empty, to be filled. */
    public GroupDTO() {
    }
}
