-- SPDX-License-Identifier: Apache-2.0
-- Wireshark dissector of the connector: messages, notification requests and events, statistics, process events, and the
-- gate's control frames, in captures of link type netlink as 'cn capture' makes them.
--
--   tshark -X lua_script:cn_msg.lua -r cn.pcapng          wireshark -X lua_script:cn_msg.lua cn.pcapng
--
-- or copy it to the plugin folder that Help > About > Folders names. Wireshark's own netlink dissector gives messages of
-- type DONE, which all of the connector's are, to nobody; so packets of its family are taken here, all others go there.

local NETLINK_CONNECTOR = 11
local COOKED_SIZE, NLMSG_SIZE, CN_SIZE = 16, 16, 20
local NLMSG_ERROR, NLMSG_OVERRUN = 2, 4
local CN_EXTENDED, CN_STATISTICS = 1, 2
local SNAPSHOT_END = 4

local nlmsg_types = {
    [1] = "NOOP", [2] = "ERROR", [3] = "DONE", [4] = "OVERRUN", [0xff00] = "TO", [0xff01] = "FROM", [0xff02] = "BIND",
    [0xff03] = "SETSOCKOPT", [0xff04] = "GETSOCKOPT", [0xff05] = "GETSOCKNAME",
    [0xff06] = "TAP",
}
local whats = {
    [0] = "none", [0x1] = "fork", [0x2] = "exec", [0x4] = "uid", [0x40] = "gid", [0x80] = "sid", [0x100] = "ptrace",
    [0x200] = "comm", [0x40000000] = "coredump", [0x80000000] = "exit",
}
local event_kinds = {
    [1] = "registered", [2] = "unregistered", [3] = "present", [4] = "snapshot-end", [5] = "changed",
    [6] = "expired",
}
local reasons = {
    [0] = "NONE", [1] = "STARTED", [2] = "UPDATED", [3] = "REFRESHED", [4] = "TOOK_OVER", [16] = "WITHDRAWN",
    [17] = "STOPPED", [18] = "SUSPENDED",
}
local stat_kinds = { [1] = "bus", [2] = "user", [3] = "group", [4] = "port", [5] = "gate", [6] = "end" }
local stat_names = {
    [1] = "name", [2] = "bundle", [3] = "version", [4] = "state", [5] = "owner", [6] = "path", [7] = "failure",
    [8] = "type", [16] = "number", [17] = "bundle_id", [18] = "uid", [19] = "gid", [20] = "pid", [21] = "queued",
    [22] = "queued_bytes", [23] = "capacity", [24] = "members", [25] = "running_ms", [26] = "stuck",
    [27] = "congested", [28] = "clients", [29] = "max_clients", [30] = "drainers", [31] = "stuck_drainers",
    [32] = "generation", [33] = "groups", [34] = "ranking", [35] = "listening", [36] = "capacity_bytes", [37] = "tap",
    [64] = "received", [65] = "sent", [66] = "delivered", [67] = "dropped", [68] = "refused", [69] = "waited",
    [70] = "abandoned", [71] = "failed", [72] = "interrupted", [73] = "overruns", [74] = "sequence", [75] = "epoch",
    [76] = "unknown_id", [77] = "malformed", [78] = "oversize", [79] = "forbidden", [80] = "bad_notify_requests",
    [81] = "too_many_subscriptions", [82] = "late_replies", [83] = "no_listener", [84] = "answers_dropped",
    [85] = "accepted", [86] = "frames_in", [87] = "frames_out", [88] = "bytes_in", [89] = "bytes_out",
    [90] = "dropped_oldest", [91] = "waited_in_vain", [92] = "limited", [93] = "expired",
    [94] = "unknown_port", [95] = "port_refused", [96] = "port_dropped", [97] = "unread",
}
local errnos = {
    [0] = "OK", [1] = "EPERM", [2] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [5] = "EIO", [9] = "EBADF",
    [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [14] = "EFAULT", [16] = "EBUSY", [17] = "EEXIST",
    [19] = "ENODEV", [22] = "EINVAL", [24] = "EMFILE", [28] = "ENOSPC", [32] = "EPIPE", [35] = "EDEADLK",
    [71] = "EPROTO", [89] = "EDESTADDRREQ", [90] = "EMSGSIZE", [92] = "ENOPROTOOPT", [95] = "EOPNOTSUPP",
    [98] = "EADDRINUSE", [104] = "ECONNRESET", [105] = "ENOBUFS", [107] = "ENOTCONN", [110] = "ETIMEDOUT",
    [111] = "ECONNREFUSED", [125] = "ECANCELED",
}

local cn = Proto("cn_msg", "Kernel Connector")
local f = {
    packet_type = ProtoField.uint16("cn_msg.cooked.packet_type", "packet type", base.DEC,
        { [4] = "outgoing", [6] = "to user space", [7] = "to the kernel" }),
    hardware = ProtoField.uint16("cn_msg.cooked.hardware", "link-layer type", base.DEC, { [824] = "netlink" }),
    family = ProtoField.uint16("cn_msg.cooked.family", "family", base.DEC, { [NETLINK_CONNECTOR] = "connector" }),

    nlmsg_len = ProtoField.uint32("cn_msg.nlmsg.len", "nlmsg_len"),
    nlmsg_type = ProtoField.uint16("cn_msg.nlmsg.type", "nlmsg_type", base.HEX, nlmsg_types),
    nlmsg_flags = ProtoField.uint16("cn_msg.nlmsg.flags", "nlmsg_flags", base.HEX),
    nlmsg_seq = ProtoField.uint32("cn_msg.nlmsg.seq", "nlmsg_seq"),
    nlmsg_pid = ProtoField.uint32("cn_msg.nlmsg.pid", "nlmsg_pid (port)"),

    idx = ProtoField.uint32("cn_msg.idx", "idx"),
    val = ProtoField.uint32("cn_msg.val", "val"),
    seq = ProtoField.uint32("cn_msg.seq", "seq"),
    ack = ProtoField.uint32("cn_msg.ack", "ack"),
    len = ProtoField.uint16("cn_msg.len", "len"),
    flags = ProtoField.uint16("cn_msg.flags", "flags", base.HEX),
    extended = ProtoField.bool("cn_msg.flags.extended", "extended notification", 16, nil, CN_EXTENDED),
    statistics = ProtoField.bool("cn_msg.flags.statistics", "statistics", 16, nil, CN_STATISTICS),
    data = ProtoField.bytes("cn_msg.data", "data"),
    text = ProtoField.string("cn_msg.text", "text"),

    idx_num = ProtoField.uint32("cn_msg.ctl.idx_notify_num", "idx_notify_num"),
    val_num = ProtoField.uint32("cn_msg.ctl.val_notify_num", "val_notify_num"),
    ctl_group = ProtoField.uint32("cn_msg.ctl.group", "group"),
    ctl_len = ProtoField.uint32("cn_msg.ctl.len", "len"),
    idx_first = ProtoField.uint32("cn_msg.ctl.idx.first", "idx first"),
    idx_range = ProtoField.uint32("cn_msg.ctl.idx.range", "idx range"),
    val_first = ProtoField.uint32("cn_msg.ctl.val.first", "val first"),
    val_range = ProtoField.uint32("cn_msg.ctl.val.range", "val range"),

    event_kind = ProtoField.uint32("cn_msg.event.kind", "kind", base.DEC, event_kinds),
    event_reason = ProtoField.uint32("cn_msg.event.reason", "reason", base.DEC, reasons),
    event_epoch = ProtoField.uint64("cn_msg.event.epoch", "epoch"),
    event_generation = ProtoField.uint64("cn_msg.event.generation", "generation"),
    event_name = ProtoField.string("cn_msg.event.name", "name"),
    event_bundle = ProtoField.string("cn_msg.event.bundle", "bundle"),
    event_version = ProtoField.string("cn_msg.event.version", "version"),
    event_bundle_id = ProtoField.uint64("cn_msg.event.bundle_id", "bundle id"),

    stat_kind = ProtoField.uint32("cn_msg.stat.kind", "kind", base.DEC, stat_kinds),
    stat_time = ProtoField.uint64("cn_msg.stat.time_ns", "time_ns"),
    stat_text = ProtoField.string("cn_msg.stat.text", "text"),
    stat_number = ProtoField.uint64("cn_msg.stat.number", "number"),

    what = ProtoField.uint32("cn_msg.proc.what", "what", base.HEX, whats),
    cpu = ProtoField.uint32("cn_msg.proc.cpu", "cpu"),
    timestamp = ProtoField.uint64("cn_msg.proc.timestamp_ns", "timestamp_ns"),
    err = ProtoField.uint32("cn_msg.proc.err", "err"),
    pid = ProtoField.uint32("cn_msg.proc.pid", "pid"),
    tgid = ProtoField.uint32("cn_msg.proc.tgid", "tgid"),
    parent_pid = ProtoField.uint32("cn_msg.proc.parent_pid", "parent_pid"),
    parent_tgid = ProtoField.uint32("cn_msg.proc.parent_tgid", "parent_tgid"),
    child_pid = ProtoField.uint32("cn_msg.proc.child_pid", "child_pid"),
    child_tgid = ProtoField.uint32("cn_msg.proc.child_tgid", "child_tgid"),
    tracer_pid = ProtoField.uint32("cn_msg.proc.tracer_pid", "tracer_pid"),
    tracer_tgid = ProtoField.uint32("cn_msg.proc.tracer_tgid", "tracer_tgid"),
    ruid = ProtoField.uint32("cn_msg.proc.ruid", "ruid"),
    euid = ProtoField.uint32("cn_msg.proc.euid", "euid"),
    rgid = ProtoField.uint32("cn_msg.proc.rgid", "rgid"),
    egid = ProtoField.uint32("cn_msg.proc.egid", "egid"),
    comm = ProtoField.string("cn_msg.proc.comm", "comm"),
    exit_code = ProtoField.uint32("cn_msg.proc.exit_code", "exit_code"),
    exit_signal = ProtoField.uint32("cn_msg.proc.exit_signal", "exit_signal"),
    proc_name = ProtoField.string("cn_msg.proc.name", "name"),
    proc_lost = ProtoField.uint64("cn_msg.proc.lost", "events lost before"),

    port = ProtoField.uint32("cn_msg.port", "port"),
    group = ProtoField.uint32("cn_msg.group", "group"),
    groups = ProtoField.uint32("cn_msg.groups", "groups", base.HEX),
    bus_sequence = ProtoField.uint64("cn_msg.sequence", "bus sequence"),
    level = ProtoField.uint32("cn_msg.level", "level"),
    optname = ProtoField.uint32("cn_msg.optname", "optname"),
    value = ProtoField.bytes("cn_msg.value", "value"),

    tap_time = ProtoField.uint64("cn_msg.tap.time_ns", "time_ns"),
    tap_number = ProtoField.uint64("cn_msg.tap.number", "number"),
    tap_from = ProtoField.uint32("cn_msg.tap.from", "from port"),
    tap_to = ProtoField.uint32("cn_msg.tap.to", "to port"),
    tap_errno = ProtoField.uint32("cn_msg.tap.errno", "errno", base.DEC),
    tap_took = ProtoField.uint32("cn_msg.tap.took", "took it"),
    tap_dropped = ProtoField.uint32("cn_msg.tap.dropped", "had no room"),
    tap_flags = ProtoField.uint32("cn_msg.tap.flags", "flags", base.HEX),
    tap_to_connector = ProtoField.bool("cn_msg.tap.flags.to_connector", "to the connector", 32, nil, 1),
    tap_queued = ProtoField.bool("cn_msg.tap.flags.queued", "queued in a mailbox", 32, nil, 2),
    tap_gate = ProtoField.bool("cn_msg.tap.flags.gate", "dropped by a gate", 32, nil, 4),
    tap_late = ProtoField.bool("cn_msg.tap.flags.late", "dropped after it was queued", 32, nil, 8),
    tap_text = ProtoField.string("cn_msg.tap.text", "why"),
    tap_claimed = ProtoField.uint32("cn_msg.tap.claimed_length", "nlmsg_len as it was sent"),

    lost = ProtoField.uint64("cn_msg.overrun.lost", "lost"),
    lost_group = ProtoField.uint32("cn_msg.overrun.group", "group"),
    lost_first = ProtoField.uint64("cn_msg.overrun.first", "first"),
    lost_last = ProtoField.uint64("cn_msg.overrun.last", "last"),

    errno = ProtoField.int32("cn_msg.error.errno", "error", base.DEC),
    error_text = ProtoField.string("cn_msg.error.text", "text"),
    error_offset = ProtoField.uint32("cn_msg.error.offset", "offset"),
    error_cookie = ProtoField.bytes("cn_msg.error.cookie", "cookie"),
}
cn.fields = f

local e = {
    short = ProtoExpert.new("cn_msg.short", "shorter than what it says it has", expert.group.MALFORMED,
        expert.severity.ERROR),
    refused = ProtoExpert.new("cn_msg.refused", "went nowhere", expert.group.RESPONSE_CODE, expert.severity.NOTE),
    lost = ProtoExpert.new("cn_msg.lost", "messages were lost here", expert.group.SEQUENCE, expert.severity.WARN),
}
cn.experts = e

-- Frames are in the byte order of the machine that they were captured on, which no frame tells. A length that fits tells.
local little

local function guess(range)
    little = range:le_uint() <= 0xffff or range:le_uint() < range:uint()
end

local function add(tree, field, range)
    if little then
        return tree:add_le(field, range)
    end
    return tree:add(field, range)
end

local function u16(range)
    return little and range:le_uint() or range:uint()
end

local u32 = u16

local function u64(range)
    return little and range:le_uint64() or range:uint64()
end

-- Calls what is given with type and range of each attribute of a list, up to the first whose length is false.
local function attributes(tvb, tree, each)
    local at = 0
    while tvb:len() - at >= 4 do
        local length, kind = u16(tvb(at, 2)), u16(tvb(at + 2, 2))
        if length < 4 or length > tvb:len() - at then
            tree:add_proto_expert_info(e.short)
            return
        end
        if length > 4 then
            each(kind, tvb(at + 4, length - 4))
        end
        at = at + length + (-length % 4)
    end
end

local function add_text(tree, field, range)
    return tree:add(field, range, range:stringz())
end

local function words(tvb, tree, ...)
    for number, field in ipairs({ ... }) do
        local at = 12 + 4 * number
        if tvb:len() >= at + 4 then
            add(tree, field, tvb(at, 4))
        end
    end
end

local events = {
    [0] = { f.err },
    [0x1] = { f.parent_pid, f.parent_tgid, f.child_pid, f.child_tgid },
    [0x2] = { f.pid, f.tgid },
    [0x4] = { f.pid, f.tgid, f.ruid, f.euid },
    [0x40] = { f.pid, f.tgid, f.rgid, f.egid },
    [0x80] = { f.pid, f.tgid },
    [0x100] = { f.pid, f.tgid, f.tracer_pid, f.tracer_tgid },
    [0x200] = { f.pid, f.tgid },
    [0x40000000] = { f.pid, f.tgid, f.parent_pid, f.parent_tgid },
    [0x80000000] = { f.pid, f.tgid, f.exit_code, f.exit_signal, f.parent_pid, f.parent_tgid },
}

local function process_event(tvb, tree)
    local what = u32(tvb(0, 4))
    local name = whats[what] or string.format("0x%x", what)
    tree:append_text(", process event " .. name)
    add(tree, f.what, tvb(0, 4))
    add(tree, f.cpu, tvb(4, 4))
    add(tree, f.timestamp, tvb(8, 8))
    words(tvb, tree, table.unpack(events[what] or {}))
    if what == 0x200 and tvb:len() >= 40 then
        add_text(tree, f.comm, tvb(24, 16))
    end
    local info = name
    if what ~= 0 and tvb:len() >= 24 then
        info = info .. " pid " .. u32(what == 1 and tvb:len() >= 32 and tvb(28, 4) or tvb(20, 4))
    end
    if tvb:len() > 40 then
        attributes(tvb(40):tvb(), tree, function(kind, range)
            if kind == 1 then
                add_text(tree, f.proc_name, range)
                info = info .. " " .. range:stringz()
            elseif kind == 2 and range:len() == 8 then
                add(tree, f.proc_lost, range):add_proto_expert_info(e.lost)
            end
        end)
    end
    return info
end

local function notification(tvb, tree)
    if tvb:len() < 24 then
        tree:add_proto_expert_info(e.short)
        return "short notification"
    end
    local kind, reason = u32(tvb(0, 4)), u32(tvb(4, 4))
    local info = event_kinds[kind] or tostring(kind)
    tree:append_text(", notification: " .. info)
    add(tree, f.event_kind, tvb(0, 4))
    add(tree, f.event_reason, tvb(4, 4))
    add(tree, f.event_epoch, tvb(8, 8))
    add(tree, f.event_generation, tvb(16, 8))
    if tvb:len() > 24 then
        attributes(tvb(24):tvb(), tree, function(type, range)
            if type == 1 then
                add_text(tree, f.event_name, range)
                info = info .. " " .. range:stringz()
            elseif type == 2 then
                add_text(tree, f.event_bundle, range)
            elseif type == 3 then
                add_text(tree, f.event_version, range)
            elseif type == 4 and range:len() == 8 then
                add(tree, f.event_bundle_id, range)
            end
        end)
    end
    return reason == 0 and info or info .. " " .. (reasons[reason] or reason)
end

local function statistics(tvb, tree)
    if tvb:len() < 16 then
        -- A request for them has no data.
        return "statistics"
    end
    local kind = u32(tvb(0, 4))
    local info = "statistics of " .. (stat_kinds[kind] or kind)
    tree:append_text(", " .. info)
    add(tree, f.stat_kind, tvb(0, 4))
    add(tree, f.stat_time, tvb(8, 8))
    if tvb:len() > 16 then
        attributes(tvb(16):tvb(), tree, function(type, range)
            local name = stat_names[type] or "attribute_" .. type
            if type < 16 then
                add_text(tree, f.stat_text, range):set_text(name .. ": " .. range:stringz())
            elseif range:len() == 8 then
                add(tree, f.stat_number, range):set_text(name .. ": " .. tostring(u64(range)))
            end
        end)
    end
    return info
end

local function control(tvb, tree)
    if tvb:len() < 16 then
        if tvb:len() > 0 then
            tree:add_proto_expert_info(e.short)
        end
        return "dump of ids"
    end
    local idx_num, val_num = u32(tvb(0, 4)), u32(tvb(4, 4))
    add(tree, f.idx_num, tvb(0, 4))
    add(tree, f.val_num, tvb(4, 4))
    add(tree, f.ctl_group, tvb(8, 4))
    add(tree, f.ctl_len, tvb(12, 4))
    if (idx_num + val_num) * 8 ~= tvb:len() - 16 then
        tree:add_proto_expert_info(e.short)
        return "false notification request"
    end
    for number = 0, idx_num + val_num - 1 do
        local at = 16 + 8 * number
        local of_idx = number < idx_num
        add(tree, of_idx and f.idx_first or f.val_first, tvb(at, 4))
        add(tree, of_idx and f.idx_range or f.val_range, tvb(at + 4, 4))
    end
    return u32(tvb(8, 4)) == 0 and "cancel subscription" or "subscribe"
end

local function text_of(range)
    local bytes = range:bytes()
    local last = bytes:len() - 1
    while last >= 0 and bytes:get_index(last) == 0 do
        last = last - 1
    end
    for i = 0, last do
        local byte = bytes:get_index(i)
        if byte < 32 and byte ~= 9 and byte ~= 10 or byte == 127 then
            return nil
        end
    end
    return last >= 0 and range(0, last + 1):string() or nil
end

-- One cn_msg; gives how long it is, and a line about it; nil if it is not whole.
local function message(tvb, tree)
    if tvb:len() < CN_SIZE then
        tree:add_proto_expert_info(e.short)
        return nil
    end
    local idx, val, length, flags = u32(tvb(0, 4)), u32(tvb(4, 4)), u16(tvb(16, 2)), u16(tvb(18, 2))
    local size = math.min(CN_SIZE + length, tvb:len())
    local id = idx .. "." .. val
    local sub = tree:add(cn, tvb(0, size), "cn_msg " .. id)
    add(sub, f.idx, tvb(0, 4))
    add(sub, f.val, tvb(4, 4))
    add(sub, f.seq, tvb(8, 4))
    add(sub, f.ack, tvb(12, 4))
    add(sub, f.len, tvb(16, 2))
    local flags_tree = add(sub, f.flags, tvb(18, 2))
    add(flags_tree, f.extended, tvb(18, 2))
    add(flags_tree, f.statistics, tvb(18, 2))
    if size < CN_SIZE + length then
        sub:add_proto_expert_info(e.short)
        return nil
    end
    local is_connector = idx == 0xffffffff and val == 0xffffffff
    local info = string.format("seq %u ack %u", u32(tvb(8, 4)), u32(tvb(12, 4)))
    local data = length > 0 and tvb(CN_SIZE, length) or nil
    if flags % (2 * CN_STATISTICS) >= CN_STATISTICS then
        info = data and statistics(data:tvb(), sub) or "statistics"
    -- Of its own id the connector tells only the end of a snapshot: what else is of it is a request.
    elseif data and flags % (2 * CN_EXTENDED) >= CN_EXTENDED
            and not (is_connector and (length ~= 24 or u32(data(0, 4)) ~= SNAPSHOT_END)) then
        info = notification(data:tvb(), sub)
    elseif is_connector then
        info = data and control(data:tvb(), sub) or "dump of ids"
    elseif data then
        if idx == 1 and val == 1 and length >= 24 then
            info = process_event(data:tvb(), sub)
        else
            sub:add(f.data, data)
            local text = text_of(data)
            if text then
                sub:add(f.text, data, text)
                info = info .. "  " .. text
            end
        end
    end
    return size, id .. "  " .. info
end

local function messages(tvb, tree)
    local at, info = 0, nil
    repeat
        local size, line = message(tvb(at):tvb(), tree)
        if not size then
            return info and info .. " (rest malformed)" or "malformed"
        end
        info = info and info .. "; " .. line or line
        at = at + size
    until tvb:len() - at < CN_SIZE
    return info
end

local function overrun(tvb, tree)
    add(tree, f.lost_group, tvb(0, 4))
    add(tree, f.lost, tvb(8, 8))
    add(tree, f.lost_first, tvb(16, 8))
    add(tree, f.lost_last, tvb(24, 8))
    tree:add_proto_expert_info(e.lost)
    return "OVERRUN, " .. tostring(u64(tvb(8, 8))) .. " lost"
end

local function answer(tvb, tree)
    local number = little and tvb(0, 4):le_int() or tvb(0, 4):int()
    local name = errnos[-number] or tostring(number)
    local info = number == 0 and "ACK" or "ERROR " .. name
    add(tree, f.errno, tvb(0, 4)):append_text(" (" .. name .. ")")
    if tvb:len() > 20 then
        attributes(tvb(20):tvb(), tree, function(type, range)
            if type == 1 then
                add_text(tree, f.error_text, range)
                info = info .. ": " .. range:stringz()
            elseif type == 2 and range:len() == 4 then
                add(tree, f.error_offset, range)
            elseif type == 3 then
                tree:add(f.error_cookie, range)
            end
        end)
    end
    return info
end

local function port_name(port)
    return port == 0 and "platform" or "port " .. port
end

-- What became of the next frame; gives a line about it, and the names of both ends.
local function tap(tvb, tree)
    local from, to, group = u32(tvb(16, 4)), u32(tvb(20, 4)), u32(tvb(24, 4))
    local number, flags = u32(tvb(28, 4)), u32(tvb(48, 4))
    add(tree, f.tap_time, tvb(0, 8))
    add(tree, f.tap_number, tvb(8, 8))
    add(tree, f.tap_from, tvb(16, 4))
    add(tree, f.tap_to, tvb(20, 4))
    add(tree, f.group, tvb(24, 4))
    local verdict = add(tree, f.tap_errno, tvb(28, 4)):append_text(" (" .. (errnos[number] or number) .. ")")
    add(tree, f.bus_sequence, tvb(32, 8))
    add(tree, f.tap_took, tvb(40, 4))
    add(tree, f.tap_dropped, tvb(44, 4))
    local flags_tree = add(tree, f.tap_flags, tvb(48, 4))
    add(flags_tree, f.tap_to_connector, tvb(48, 4))
    add(flags_tree, f.tap_queued, tvb(48, 4))
    add(flags_tree, f.tap_gate, tvb(48, 4))
    add(flags_tree, f.tap_late, tvb(48, 4))
    add(tree, f.tap_claimed, tvb(52, 4))
    local why = ""
    if tvb:len() > 56 then
        attributes(tvb(56):tvb(), tree, function(type, range)
            if type == 1 then
                add_text(tree, f.tap_text, range)
                why = ": " .. range:stringz()
            end
        end)
    end
    local parts = {}
    if flags % 4 >= 2 then
        parts[#parts + 1] = "queued"
    end
    local source, destination = port_name(from), port_name(to)
    if flags % 8 >= 4 then
        source, destination = from == 0 and "a client" or source, "gate"
    elseif flags % 2 == 0 and to == 0 and group ~= 0 then
        destination = "group " .. group
        if number == 0 then
            parts[#parts + 1] = "#" .. tostring(u64(tvb(32, 8))) .. ", " .. u32(tvb(40, 4)) .. " took it"
        end
    end
    if flags % 16 >= 8 then
        parts[#parts + 1] = "dropped after it was queued"
    elseif u32(tvb(44, 4)) ~= 0 then
        parts[#parts + 1] = u32(tvb(44, 4)) .. " full"
    end
    if number ~= 0 then
        verdict:add_proto_expert_info(e.refused)
        parts[#parts + 1] = (errnos[number] or "errno " .. number) .. why
    end
    return #parts > 0 and table.concat(parts, ", ") or nil, source, destination
end

local function gate_control(kind, tvb, tree)
    if kind == 0xff05 or tvb:len() < 8 then
        return nlmsg_types[kind] or string.format("control 0x%x", kind)
    end
    if kind == 0xff03 or kind == 0xff04 then
        add(tree, f.level, tvb(0, 4))
        add(tree, f.optname, tvb(4, 4))
        if tvb:len() > 8 then
            tree:add(f.value, tvb(8))
        end
        return nlmsg_types[kind]
    end
    add(tree, f.port, tvb(0, 4))
    add(tree, kind == 0xff02 and f.groups or f.group, tvb(4, 4))
    if kind == 0xff01 and tvb:len() >= 16 then
        add(tree, f.bus_sequence, tvb(8, 8))
        if u32(tvb(4, 4)) == 0 then
            return nil
        end
        return "group " .. u32(tvb(4, 4)) .. " #" .. tostring(u64(tvb(8, 8)))
    end
    return nlmsg_types[kind] or string.format("control 0x%x", kind)
end

-- One netlink frame; gives a line about it, its type, and of a TAP frame both ends of the next. What a gate dropped is
-- about nothing but itself, whatever its type says.
local function frame(tvb, tree, dropped)
    local kind = u16(tvb(4, 2))
    local sub = tree:add(cn, tvb, "Netlink frame: " .. (nlmsg_types[kind] or string.format("type 0x%x", kind)))
    add(sub, f.nlmsg_len, tvb(0, 4))
    add(sub, f.nlmsg_type, tvb(4, 2))
    add(sub, f.nlmsg_flags, tvb(6, 2))
    add(sub, f.nlmsg_seq, tvb(8, 4))
    add(sub, f.nlmsg_pid, tvb(12, 4))
    local payload = tvb:len() > NLMSG_SIZE and tvb(NLMSG_SIZE):tvb() or nil
    if not payload then
        return nlmsg_types[kind] or "empty", kind
    end
    if kind == NLMSG_OVERRUN and payload:len() >= 32 then
        return overrun(payload, sub), kind
    elseif kind == NLMSG_ERROR and payload:len() >= 20 then
        return answer(payload, sub), kind
    elseif dropped and kind >= 0xff00 then
        return nlmsg_types[kind] or string.format("control 0x%x", kind), kind
    elseif kind == 0xff06 and payload:len() >= 56 then
        local line, from, to = tap(payload, sub)
        return line, kind, from, to
    elseif kind >= 0xff00 then
        return gate_control(kind, payload, sub), kind
    end
    return messages(payload, sub), kind
end

local netlink = Dissector.get("netlink")

function cn.dissector(tvb, pinfo, tree)
    if tvb:len() < COOKED_SIZE + NLMSG_SIZE or tvb(14, 2):uint() ~= NETLINK_CONNECTOR then
        return netlink:call(tvb, pinfo, tree)
    end
    local cooked = tree:add(cn, tvb(0, COOKED_SIZE), "Netlink, cooked header")
    cooked:add(f.packet_type, tvb(0, 2))
    cooked:add(f.hardware, tvb(2, 2))
    cooked:add(f.family, tvb(14, 2))
    pinfo.cols.protocol = "CONNECTOR"
    guess(tvb(COOKED_SIZE, 4))
    local at, info, ahead, tapped, dropped = COOKED_SIZE, {}, nil, false, false
    while tvb:len() - at >= NLMSG_SIZE do
        local length = u32(tvb(at, 4))
        if length < NLMSG_SIZE or length > tvb:len() - at then
            tree:add_proto_expert_info(e.short)
            info[#info + 1] = "false nlmsg_len"
            break
        end
        local line, kind, from, to = frame(tvb(at, length):tvb(), tree, dropped)
        if (kind == 0xff01 or kind == 0xff06) and not dropped then
            ahead = line
        else
            info[#info + 1] = ahead and line .. "  (" .. ahead .. ")" or line
            ahead = nil
        end
        dropped = to == "gate"
        if from then
            tapped = true
            pinfo.cols.src = from
            pinfo.cols.dst = to
        elseif kind < 0xff00 and not tapped then
            pinfo.cols.src = port_name(u32(tvb(at + 12, 4)))
        end
        at = at + length + (-length % 4)
    end
    pinfo.cols.info = table.concat(info, " | ")
    return tvb:len()
end

DissectorTable.get("wtap_encap"):add(wtap.NETLINK, cn)
