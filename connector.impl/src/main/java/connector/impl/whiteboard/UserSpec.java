// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.ConnectorConstants;
import connector.api.runtime.FailedUserDTO;
import connector.impl.bus.Origin;
import connector.impl.bus.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What a service's properties say of the users that it wants to be. Two that are equal make no difference to the bus.
 *
 * @param ids the ids it wants
 * @param name for people
 * @param options its choices, as they stand in the properties
 * @param serviceId the service's id
 * @param ranking the service's ranking
 * @param origin its bundle
 */
record UserSpec(Set<CbId> ids, String name, Map<String, Object> options, long serviceId, int ranking, Origin origin) {

    private static final String COMPONENT_NAME = "component.name";
    private static final List<String> OPTIONS = List.of(ConnectorConstants.DELIVERY,
            ConnectorConstants.MAILBOX_CAPACITY, ConnectorConstants.MAILBOX_BYTES, ConnectorConstants.OVERFLOW,
            ConnectorConstants.OVERFLOW_WAIT_MS, ConnectorConstants.HOLDOVER);

    /** The service cannot be a user. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final int reason;

        Refused(int reason, String message) {
            super(message);
            this.reason = reason;
        }

        int reason() {
            return reason;
        }
    }

    static UserSpec of(ServiceReference<?> reference, Bundle bundle) throws Refused {
        Set<CbId> ids = ids(reference);
        if (ids.contains(CbId.CONNECTOR)) {
            throw new Refused(FailedUserDTO.RESERVED_ID, "{-1, -1} is the connector's own id; take another");
        }
        Map<String, Object> options = new HashMap<>();
        for (String option : OPTIONS) {
            Object value = reference.getProperty(option);
            if (value != null) {
                options.put(option, value);
            }
        }
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        UserSpec spec = new UserSpec(ids, name(reference, bundle), options,
                (Long) reference.getProperty(Constants.SERVICE_ID), ranking, BundleOrigin.of(bundle));
        try {
            // Made to see whether it can be.
            spec.users((msg, sender) -> { });
        } catch (IllegalArgumentException e) {
            throw new Refused(FailedUserDTO.BAD_PROPERTY, e.getMessage());
        }
        return spec;
    }

    List<User> users(CnCallback callback) {
        List<User> users = new ArrayList<>();
        for (CbId id : ids) {
            users.add(new User(id, name, callback, options, origin, serviceId, ranking));
        }
        return users;
    }

    static String reasonName(int reason) {
        return switch (reason) {
            case FailedUserDTO.BAD_ID -> "BAD_ID";
            case FailedUserDTO.RESERVED_ID -> "RESERVED_ID";
            case FailedUserDTO.SERVICE_NOT_GETTABLE -> "SERVICE_NOT_GETTABLE";
            case FailedUserDTO.INCOMPATIBLE_API -> "INCOMPATIBLE_API";
            case FailedUserDTO.BAD_PROPERTY -> "BAD_PROPERTY";
            default -> Integer.toString(reason);
        };
    }

    private static Set<CbId> ids(ServiceReference<?> reference) throws Refused {
        try {
            return Ids.of(reference::getProperty);
        } catch (IllegalArgumentException e) {
            throw new Refused(FailedUserDTO.BAD_ID, e.getMessage());
        }
    }

    private static String name(ServiceReference<?> reference, Bundle bundle) {
        if (reference.getProperty(ConnectorConstants.NAME) instanceof String name && !name.isEmpty()) {
            return name;
        }
        return reference.getProperty(COMPONENT_NAME) instanceof String name ? name : BundleOrigin.name(bundle);
    }
}
