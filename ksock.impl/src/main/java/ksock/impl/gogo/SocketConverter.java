// SPDX-License-Identifier: Apache-2.0
package ksock.impl.gogo;

import java.util.List;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import ksock.impl.text.SocketText;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;

/** Renders sockets for people: a row in a list, a page alone. Without Gogo nobody asks for it, and it is not loaded. */
@Component(service = Converter.class, property = {
    "osgi.converter.classes=ksock.api.runtime.SocketDTO", "osgi.converter.classes=ksock.api.runtime.FamilyDTO",
    "osgi.converter.classes=ksock.api.runtime.RuntimeDTO"})
public final class SocketConverter implements Converter {

    /** Made by DS. */
    public SocketConverter() {
    }

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        return switch (target) {
            case SocketDTO socket when level == INSPECT -> SocketText.page(socket);
            case SocketDTO socket -> SocketText.row(socket);
            case FamilyDTO family -> SocketText.row(family);
            case RuntimeDTO runtime when level == INSPECT -> SocketText.page(runtime);
            case List<?> list when level == INSPECT && !list.isEmpty() && list.getFirst() instanceof SocketDTO ->
                SocketText.table(list);
            default -> null;
        };
    }
}
