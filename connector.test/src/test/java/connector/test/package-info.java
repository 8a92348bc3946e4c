// SPDX-License-Identifier: Apache-2.0
/**
 * What the parts are together: the bundles that the platform ships, in Felix, tested as their users meet them.
 *
 * <p>Most tests run inside: Pax Exam starts a framework in the test's JVM with the very jars that {@code platform}
 * exported ({@link connector.test.Platform}), one for each class, and the test's class is a bundle in it. Userspace is
 * {@code cn}, or Python, in a process of its own ({@link connector.test.Cn}). Two classes,
 * {@link connector.test.PlatformProcessIT} and {@link connector.test.ClientToolsIT}, start the executable jar instead,
 * and are outside; {@link connector.test.ReadmeIT} only compiles.
 *
 * <table>
 * <caption>What is tested where</caption>
 * <tr><th>about</th><th>tests</th></tr>
 * <tr><td>what ships: bundles, services, capabilities</td><td>{@link connector.test.ShippedBundlesIT},
 * {@link connector.test.ServicesIT}, {@link connector.test.PlatformProcessIT}; as little of it as works,
 * {@link connector.test.OwnFrameworkIT}</td></tr>
 * <tr><td>the Java that the documentation shows</td><td>{@link connector.test.ReadmeIT}</td></tr>
 * <tr><td>agents: coming, going, refused, swapped, leaving nothing</td><td>{@link connector.test.AgentLifecycleIT},
 * {@link connector.test.RefusedUsersIT}, {@link connector.test.SwapIT}, {@link connector.test.ClassLoadersIT}</td></tr>
 * <tr><td>messages: from processes, of the host's kernel, by sockets inside</td>
 * <td>{@link connector.test.MessagesIT}, {@link connector.test.ProcessEventsIT},
 * {@link connector.test.UserspaceExampleIT}</td></tr>
 * <tr><td>sockets and their owners</td><td>{@link connector.test.SocketOwnershipIT}</td></tr>
 * <tr><td>one part restarted or refreshed under the others</td><td>{@link connector.test.RestartIT},
 * {@link connector.test.ApiRefreshIT}</td></tr>
 * <tr><td>operators: configuration, shell, views, {@code cn}</td><td>{@link connector.test.GateConfigurationIT},
 * {@link connector.test.CommandsIT}, {@link connector.test.ViewsIT}, {@link connector.test.ClientToolsIT}</td></tr>
 * </table>
 *
 * <p>Agents for the tests are below {@code agents}, in a package each, because a bundle is made of a package while the
 * test runs ({@link connector.test.AgentBundle}), by the bnd that makes the shipped ones. No wait is for time to pass:
 * conditions are polled, up to {@link connector.test.Platform#PATIENCE}.
 */
package connector.test;
