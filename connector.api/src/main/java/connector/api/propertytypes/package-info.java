// SPDX-License-Identifier: Apache-2.0

/**
 * The component property type by which a Declarative Services component is a user of the bus.
 *
 * <pre>
 * &#64;Component
 * &#64;ConnectorUser(idx = 0x123, val = 0x456, name = "cn_test")
 * public class Echo implements CnCallback {
 *     &#64;Override
 *     public void callback(CnMsg msg, Sender sender) {
 *         sender.reply(msg, msg.toByteArray());
 *     }
 * }
 * </pre>
 *
 * It is used at compile time only: what remains are properties in the component's XML and a requirement in the bundle's
 * manifest.
 */
@Export
@Version("1.0.0")
package connector.api.propertytypes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

