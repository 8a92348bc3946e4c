// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.impl.gate.AllocationFailures;
import connector.impl.policy.RulePolicy;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortAddressTest {

    private static final int OWNER = 1000;
    private static final int MOST = 3;
    private static final PortLimits LIMITS = new PortLimits(4096, 4096, 4096, MOST, 8);

    private final RulePolicy policy = new RulePolicy(OWNER);
    private final Counters counters = new Counters();
    private final Netlink netlink = new Netlink(policy, counters);
    private final Account account = new Account(new Holdings(), 1 << 20, MOST, 8);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32})
    void shouldNotBindAMaskOfWhichOneGroupIsForbidden(int forbidden) {
        policy.put("all but one", Map.of("group", "*", "allow.listen", "uid:7"));
        policy.put("one", Map.of("ranking", 1, "group", Integer.toString(forbidden), "deny.listen", "any"));
        Port stranger = netlink.open(Identity.ofProcess(7, 7, 77, List.of(), "stranger"), PortLimits.DEFAULT,
                port -> { });

        assertThat(stranger.bind(0, -1)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.memberships()).isEmpty();
        assertThat(stranger.portId()).isZero();
        assertThat(counters.forbidden.sum()).isEqualTo(1);
        assertThat(stranger.bind(0, ~(1 << (forbidden - 1)))).as("all others").isZero();
        assertThat(stranger.memberships()).hasSize(31);
    }

    @Test
    void shouldJoinAsManyGroupsAsAPortMayAndNoMore() {
        Port port = open(Account.UNLIMITED);

        assertThat(port.bind(5, 0b1111)).isEqualTo(NetlinkErrno.EMFILE);
        assertThat(port.memberships()).as("nothing is changed then").isEmpty();
        assertThat(port.portId()).isZero();
        assertThat(port.bind(5, 0b111)).isZero();
        assertThat(port.addMembership(1)).as("is joined").isZero();
        assertThat(port.addMembership(100)).isEqualTo(NetlinkErrno.EMFILE);
        assertThat(port.dropMembership(2)).isZero();
        assertThat(port.addMembership(100)).isZero();
        assertThat(port.memberships()).containsExactly(1, 3, 100);
    }

    @Test
    void shouldCountTheGroupsOfAllPortsOfAUserAndGiveThemBack() {
        Port first = open(account);
        Port second = open(account);
        assertThat(open(Account.UNLIMITED).bind(6, 0)).isZero();

        assertThat(first.bind(5, 0b11)).isZero();
        assertThat(second.bind(6, 0b1)).as("another's id").isEqualTo(NetlinkErrno.EADDRINUSE);
        assertThat(account.memberships()).isEqualTo(2);
        assertThat(second.addMembership(40)).isZero();
        assertThat(second.addMembership(41)).isEqualTo(NetlinkErrno.EMFILE);
        assertThat(account.memberships()).isEqualTo(MOST);
        assertThat(first.bind(5, 0b1)).as("one less").isZero();
        assertThat(account.memberships()).isEqualTo(2);
        assertThat(second.dropMembership(40)).isZero();
        assertThat(second.dropMembership(40)).isZero();
        assertThat(account.memberships()).isEqualTo(1);
        first.close();
        first.close();
        assertThat(account.memberships()).isZero();
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldBeInTheGroupsThatItSaysAndCountsWhicheverAllocationFails() throws Exception {
        IntFunction<String> port = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortMembership.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (String said = port.apply(allocation); !said.equals("none failed"); said = port.apply(++allocation)) {
            assertThat(said).as("allocation %d", allocation).isEqualTo("as it says, 0 too many, then 0, 0 groups left");
        }
        assertThat(allocation).isGreaterThan(5);
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldLeaveNothingBehindOnceClosedWhicheverAllocationFails() throws Exception {
        IntFunction<String> port = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortClosing.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (String said = port.apply(allocation); !said.equals("none failed"); said = port.apply(++allocation)) {
            assertThat(said).as("allocation %d", allocation)
                    .isEqualTo("0 bytes, 0 memberships, 0 members, tap false, 0 ports, its id gives 0");
        }
        assertThat(allocation).isGreaterThan(5);
    }

    /** Whoever left it as the last had no memory, or no stack, to take it out. */
    @Test
    @SuppressWarnings("unchecked") // It is what it says.
    void shouldJoinAGroupThatWasAbandonedAndStillStandsAmongAll() throws Exception {
        Port port = open(account);
        Group abandoned = new Group(7, 41);
        assertThat(abandoned.remove(port)).isTrue();
        Field groups = Netlink.class.getDeclaredField("groups");
        groups.setAccessible(true);
        ((Map<Integer, Group>) groups.get(netlink)).put(7, abandoned);

        assertThat(CompletableFuture.supplyAsync(() -> port.addMembership(7)).get(10, TimeUnit.SECONDS)).isZero();

        assertThat(netlink.multicast(Frame.of(CnMsg.of(new CbId(1, 1))), null, 0, 7, null)).isZero();
        assertThat(((Datagram) port.receive()).busSequence()).as("no number comes twice").isEqualTo(42);
    }

    @Test
    void shouldSayWhichOfTheFirstGroupsItIsInWhateverElseItIsIn() {
        int many = 40_000;
        Port port = netlink.open(Identity.ofProcess(OWNER, 1, 77, List.of(), "many"),
                new PortLimits(4096, 4096, 4096, many + 2, 8), Account.UNLIMITED, readable -> { });
        PortOptions options = new PortOptions(port);
        assertThat(port.addMembership(32)).isZero();
        long few = shortest(port, options);
        for (int group = 2000; group < 2000 + many; group++) {
            assertThat(port.addMembership(group)).isZero();
        }
        assertThat(options.listLength()).isEqualTo(Integer.BYTES * (many + 1L));

        // With a step for each membership it would be some thousand times.
        assertThat(shortest(port, options)).isLessThan(200 * few + 20_000);
    }

    /** The shortest of some times that both take together, in nanoseconds. */
    private static long shortest(Port port, PortOptions options) {
        long shortest = Long.MAX_VALUE;
        for (int round = 0; round < 50; round++) {
            long begin = System.nanoTime();
            assertThat(port.groupMask()).isEqualTo(1 << 31);
            assertThat(options.get(GateControl.SOL_NETLINK, GateControl.NETLINK_LIST_MEMBERSHIPS)).hasSize(4);
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        return shortest;
    }

    @Test
    void shouldAnswerEbadfToWhateverIsAskedOnceClosed() {
        Port never = open(account);
        never.close();
        Port bound = open(account);
        assertThat(bound.bind(5, 1)).isZero();
        bound.close();

        for (Port port : List.of(never, bound)) {
            assertThat(port.autobind()).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.bind(5, 0)).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.addMembership(1)).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.dropMembership(1)).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.tap(true)).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.tap(false)).isEqualTo(NetlinkErrno.EBADF);
            assertThat(port.memberships()).isEmpty();
        }
    }

    @Test
    void shouldLetOthersInAfterWhateverIsAsked() throws Exception {
        Port port = open(account);
        List<Runnable> asked = List.of(
                port::autobind,
                () -> port.bind(port.portId(), 1),
                () -> port.bind(port.portId() + 1, 1),
                () -> port.addMembership(100),
                () -> port.dropMembership(100),
                port::memberships,
                port::close,
                port::autobind,
                () -> port.bind(0, 1),
                () -> port.addMembership(1),
                () -> port.dropMembership(1));
        for (Runnable one : asked) {
            one.run();
            CompletableFuture.supplyAsync(port::memberships).get(10, TimeUnit.SECONDS);
        }
        assertThat(port.isClosed()).isTrue();
    }

    private Port open(Account of) {
        return netlink.open(new Identity(true, OWNER, 100, 4242, List.of(), "test"), LIMITS, of, port -> { });
    }
}
