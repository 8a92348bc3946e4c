// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A service that wants to be a user and is not. */
public class FailedUserDTO extends DTO {

    /** An idx or val is missing, no number, or out of range: {@link #message} names the value. */
    public static final int BAD_ID = 1;

    /** The id is the connector's own, {-1, -1}. */
    public static final int RESERVED_ID = 2;

    /** The framework gave no service object, or making it threw. */
    public static final int SERVICE_NOT_GETTABLE = 3;

    /** The service's bundle is wired to another {@code connector.api} than the connector. */
    public static final int INCOMPATIBLE_API = 4;

    /** Another property has a bad value: {@link #message} names property and value. */
    public static final int BAD_PROPERTY = 5;

    /** One of the constants. */
    public int reason;

    /** The reason's name, as {@code BAD_ID}. */
    public String reasonName;

    /** What was wrong and what to do, for people. */
    public String message;

    /** The service's id. */
    public long serviceId;

    /** The bundle's id. */
    public long bundleId;

    /** The bundle's symbolic name. */
    public String bundle;

    /** {@code connector.idx} as it stands in the properties, as text; null if missing. */
    public String idx;

    /** {@code connector.val} as it stands in the properties, as text; null if missing. */
    public String val;

    /** {@code connector.name}, or null. */
    public String name;

    /** Empty, to be filled. */
    public FailedUserDTO() {
    }
}
