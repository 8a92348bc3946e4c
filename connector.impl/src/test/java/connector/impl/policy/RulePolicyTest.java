// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.Sender;
import connector.impl.netlink.Identity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulePolicyTest {

    private static final int OWNER = 500;
    private static final Identity BUNDLE = new Identity(true, 1234, 0, 1, List.of(), "bundle");

    private final RulePolicy policy = new RulePolicy(OWNER);

    private static Identity uid(int uid) {
        return Identity.ofProcess(uid, 100, 4711, List.of(), "test");
    }

    private static Identity member(int gid, Integer... groups) {
        return Identity.ofProcess(1000, gid, 4711, List.of(groups), "test");
    }

    private void rule(String name, String... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        policy.put(name, properties);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "500, true", "501, false", "-1, false"})
    void shouldPermitOwnerAndRootAloneWithoutRules(int uid, boolean permitted) {
        Identity who = uid(uid);

        assertThat(policy.maySend(who, 1, 1)).isEqualTo(permitted);
        assertThat(policy.mayMulticast(who, 1)).isEqualTo(permitted);
        assertThat(policy.mayUnicast(who, 7)).isEqualTo(permitted);
        assertThat(policy.mayListen(who, 1)).isEqualTo(permitted);
        assertThat(policy.mayBind(who, 7)).isEqualTo(permitted);
        assertThat(policy.mayNotify(who)).isEqualTo(permitted);
        assertThat(policy.mayBeTold(who, 1, 1)).isEqualTo(permitted);
        assertThat(policy.mayMonitor(who)).isEqualTo(permitted);
        assertThat(policy.mayMonitor(who, 1, 1)).isEqualTo(permitted);
    }

    @Test
    void shouldNotTakeAnUnknownUserForAnUnknownOwner() {
        RulePolicy unknown = new RulePolicy(Sender.UNKNOWN);
        unknown.put("rule", Map.of("idx", "5", "allow.send", "owner"));
        assertThat(unknown.maySend(uid(Sender.UNKNOWN), 5, 1)).isFalse();
        unknown.put("wide", Map.of("idx", "6", "allow.send", "uid:0-4294967295"));
        assertThat(unknown.maySend(uid(Sender.UNKNOWN), 6, 1)).as("by a range of all").isFalse();
        assertThat(unknown.maySend(uid(1234), 6, 1)).isTrue();
        assertThat(unknown.mayNotify(uid(Sender.UNKNOWN))).isFalse();
        assertThat(unknown.mayBind(Identity.ofProcess(7, 7, Sender.UNKNOWN, List.of(), "test"), Sender.UNKNOWN))
                .as("the port id of no process").isFalse();
    }

    @Test
    void shouldNeverRefuseThePlatformsOwnCode() {
        rule("nobody", "deny.send", "any", "deny.notify", "any");

        assertThat(policy.maySend(BUNDLE, 1, 1)).isTrue();
        assertThat(policy.mayNotify(BUNDLE)).isTrue();
        assertThat(policy.mayBeTold(BUNDLE, 1, 1)).isTrue();
    }

    @Test
    void shouldAllowWhatARuleSaysAndNothingBeside() {
        rule("temperatures", "idx", "123", "val", "1-3, 0x10", "allow.send", "uid:1000, gid:50");

        assertThat(policy.maySend(uid(1000), 123, 1)).isTrue();
        assertThat(policy.maySend(uid(1000), 123, 16)).isTrue();
        assertThat(policy.maySend(member(50), 123, 3)).isTrue();
        assertThat(policy.maySend(uid(1000), 123, 4)).isFalse();
        assertThat(policy.maySend(uid(1000), 124, 1)).isFalse();
        assertThat(policy.maySend(uid(1001), 123, 1)).isFalse();
        assertThat(policy.mayListen(uid(1000), 123)).isFalse();
        assertThat(policy.mayMulticast(uid(1000), 123)).isFalse();
        assertThat(policy.mayBeTold(uid(1000), 123, 1)).isFalse();
    }

    @Test
    void shouldCountSupplementaryGroupsAsThePrimaryOne() {
        rule("operators", "allow.send", "gid:50");

        assertThat(policy.maySend(member(7, 8, 50), 1, 1)).isTrue();
        assertThat(policy.maySend(member(7, 8, 51), 1, 1)).isFalse();
    }

    @Test
    void shouldTakeTheGroupsOfTheIdsWhereNoneAreGiven() {
        rule("own", "idx", "123", "allow.listen", "uid:1000");
        rule("other", "idx", "124", "group", "4294967295", "allow.listen", "uid:1001");

        assertThat(policy.mayListen(uid(1000), 123)).isTrue();
        assertThat(policy.mayListen(uid(1000), 5)).isFalse();
        assertThat(policy.mayListen(uid(1001), -1)).isTrue();
        assertThat(policy.mayListen(uid(1001), 124)).isFalse();
    }

    @Test
    void shouldPutDenyBeforeAllowInOneRanking() {
        rule("a", "allow.send", "any");
        rule("b", "idx", "9", "deny.send", "uid:1000");

        assertThat(policy.maySend(uid(1000), 8, 1)).isTrue();
        assertThat(policy.maySend(uid(1000), 9, 1)).isFalse();
        assertThat(policy.maySend(uid(1001), 9, 1)).isTrue();
    }

    @Test
    void shouldPutTheHigherRankingBeforeTheLower() {
        rule("no", "deny.send", "any");
        rule("exception", "ranking", "10", "idx", "9", "allow.send", "uid:1000, owner");

        assertThat(policy.maySend(uid(1000), 9, 1)).isTrue();
        assertThat(policy.maySend(uid(OWNER), 9, 1)).isTrue();
        assertThat(policy.maySend(uid(1000), 8, 1)).isFalse();
        assertThat(policy.maySend(uid(0), 9, 1)).as("root is among any").isFalse();
        assertThat(policy.maySend(uid(OWNER), 8, 1)).isFalse();
    }

    @Test
    void shouldLetAnybodyHaveHisOwnProcessIdAsPort() {
        assertThat(policy.mayBind(uid(1000), 4711)).isTrue();
        assertThat(policy.mayBind(uid(1000), 4712)).isFalse();

        rule("ports", "port", "5000-5999", "allow.bind", "uid:1000", "allow.unicast", "uid:1000");
        assertThat(policy.mayBind(uid(1000), 5000)).isTrue();
        assertThat(policy.mayUnicast(uid(1000), 5999)).isTrue();
        assertThat(policy.mayUnicast(uid(1000), 6000)).isFalse();
    }

    @Test
    void shouldLetAskForNotificationsWhoMayBeToldOfAnything() {
        rule("one", "idx", "5", "val", "6", "allow.notify", "uid:1000");

        assertThat(policy.mayNotify(uid(1000))).isTrue();
        assertThat(policy.mayBeTold(uid(1000), 5, 6)).isTrue();
        assertThat(policy.mayBeTold(uid(1000), 5, 7)).isFalse();
        assertThat(policy.mayNotify(uid(1001))).isFalse();
    }

    @Test
    void shouldLetMonitorWhoMaySeeMessagesOfAnyId() {
        rule("one", "idx", "5", "val", "6", "allow.monitor", "uid:1000");

        assertThat(policy.mayMonitor(uid(1000))).isTrue();
        assertThat(policy.mayMonitor(uid(1000), 5, 6)).isTrue();
        assertThat(policy.mayMonitor(uid(1000), 5, 7)).isFalse();
        assertThat(policy.mayMonitor(uid(1001))).isFalse();
        assertThat(policy.toDTO().refused).containsEntry("monitor", 1L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "*              | *              | false",
            "0-4294967295   | 0-0xffffffff   | false",
            "7, *           | *              | false",
            "*              | 0-4294967294   | true",
            "1-4294967295   | *              | true",
    })
    void shouldLetTheOwnerAskUnlessARuleDeniesEveryId(String idx, String val, boolean permitted) {
        rule("deny", "idx", idx, "val", val, "deny.notify", "owner", "deny.monitor", "owner");

        assertThat(policy.mayNotify(uid(OWNER))).isEqualTo(permitted);
        assertThat(policy.mayMonitor(uid(OWNER))).isEqualTo(permitted);
        assertThat(policy.mayBeTold(uid(OWNER), 9, 9)).as("one that is denied").isFalse();
    }

    @Test
    void shouldCountRefusalsByOperation() {
        policy.maySend(uid(1), 1, 1);
        policy.maySend(uid(1), 1, 2);
        policy.mayListen(uid(1), 1);
        policy.maySend(uid(0), 1, 1);

        assertThat(policy.toDTO().refused).containsEntry("send", 2L).containsEntry("listen", 1L)
                .containsEntry("bind", 0L);
    }

    @Test
    void shouldReadANumberWithALeadingZeroAsDecimal() {
        rule("rule", "idx", "010-012", "allow.send", "uid:1000");

        assertThat(policy.maySend(uid(1000), 9, 1)).as("8 to 10 would be octal").isFalse();
        assertThat(policy.maySend(uid(1000), 12, 1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "allow.sent | uid:1 | allow.sent: there is no operation 'sent'",
            "alow.send | uid:1 | alow.send: there is no such key",
            "allow.send | alice | allow.send: 'alice' is none of uid:<number>",
            "allow.send | uid:-5 | allow.send: 'uid:-5' is none of uid:<number>",
            "allow.send | uid:* | say any",
            "allow.send | uid:1,, | '' is none of",
            "idx | 4294967296 | idx: '4294967296' is no number from 0 to 4294967295",
            "idx | 0x-1 | idx: '0x-1' is no number from 0 to 4294967295",
            "idx | #10 | idx: '#10' is no number from 0 to 4294967295",
            "val | 9-5 | val: '9-5' ends before it begins",
            "group | some | group: 'some' is no number",
            "ranking | high | ranking: 'high' is no integer",
            "description | x | there is no such key",
    })
    void shouldNameWhatCannotBeFollowedAndKeepTheRuleOfBefore(String key, String value, String why) {
        rule("rule", "idx", "1", "allow.send", "uid:1000");

        assertThatThrownBy(() -> rule("rule", "deny.send", "any", key, value))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);

        assertThat(policy.maySend(uid(1000), 1, 1)).isTrue();
        assertThat(policy.maySend(uid(0), 1, 1)).isTrue();
        assertThat(policy.toDTO().rules).singleElement().satisfies(dto -> {
            assertThat(dto.failure).contains(why);
            assertThat(dto.allow).containsEntry("send", "uid:1000");
        });
    }

    @Test
    void shouldRefuseARuleThatSaysNothing() {
        assertThatThrownBy(() -> rule("rule", "idx", "1")).hasMessageContaining("neither allows nor denies");
        assertThat(policy.toDTO().rules).singleElement().satisfies(dto -> assertThat(dto.idx).isNull());

        policy.remove("rule");
        assertThat(policy.toDTO().rules).isEmpty();
    }

    @Test
    void shouldReadWhatTypedConfigurationsHold() {
        policy.put("typed", Map.of("idx", new long[] {5, 6}, "ranking", 3, "allow.send", List.of("uid:1000", "gid:50"),
                "service.pid", "connector.policy~typed", "felix.fileinstall.filename", "file:/x",
                "osgi.ds.satisfying.condition.target", "(osgi.condition.id=true)", "component.name", "x"));

        assertThat(policy.maySend(uid(1000), 6, 1)).isTrue();
        assertThat(policy.toDTO().rules[0].ranking).isEqualTo(3);
        assertThat(policy.toDTO().rules[0].idx).isEqualTo("5,6");
    }

    @Test
    void shouldForgetARuleThatIsTakenAway() {
        rule("rule", "allow.send", "any");
        policy.remove("rule");

        assertThat(policy.maySend(uid(1000), 1, 1)).isFalse();
    }
}
