-- Wireshark dissector for Ringside's captures of virtio-sound (virtio device 25), link type 252 with the dissector name
-- virtio_snd. Written by `ringside dissector`: the tables come from the same source as Ringside's own decoding.
-- Fields carry the standard's names: virtio_snd.code, virtio_snd.stream_id, virtio_snd.latency_bytes, ...

--@TABLES@

local TAGS, HEADER = 20, 32
local DESCRIPTOR = 20
local NONE = UInt64(0xffffffff, 0xffffffff)
local CONTROLQ, EVENTQ, TXQ, RXQ = 0, 1, 2, 3
local OK = 0x8000

local proto = Proto("virtio_snd", "Virtio sound")
local fields = {}

local function field(name, make, ...)
  fields[name] = make("virtio_snd." .. name, ...)
  return fields[name]
end

-- What a packet is and where it belongs.
field("version", ProtoField.uint8, "Version of the pseudo-header", base.DEC)
field("kind", ProtoField.uint8, "Kind of entry", base.DEC, KINDS)
field("queue", ProtoField.uint8, "Virtqueue", base.DEC, QUEUES)
field("grade", ProtoField.uint8, "Grade of evidence", base.DEC, GRADES)
field("seq", ProtoField.uint64, "Number of the entry", base.DEC)
field("message", ProtoField.uint64, "Message", base.DEC, nil, 0, "Number of the entry that popped its chain")
field("stream", ProtoField.uint16, "Stream of the entry", base.DEC)
field("head", ProtoField.uint16, "Head of the chain", base.DEC)
field("avail_idx", ProtoField.uint32, "Avail index", base.DEC)
field("used_idx", ProtoField.uint32, "Used index", base.DEC)
field("body_bytes", ProtoField.uint32, "Bytes of the body", base.DEC)
-- The chain.
field("chain.readable", ProtoField.uint16, "Device-readable descriptors", base.DEC)
field("chain.writable", ProtoField.uint16, "Device-writable descriptors", base.DEC)
field("chain.indirect", ProtoField.bool, "Through an indirect table")
field("chain.slots", ProtoField.uint16, "Slots of the ring", base.DEC)
field("desc.addr", ProtoField.uint64, "addr", base.HEX)
field("desc.len", ProtoField.uint32, "len", base.DEC)
field("desc.flags", ProtoField.uint16, "flags", base.HEX)
field("desc.next", ProtoField.uint16, "next", base.DEC)
field("desc.slot", ProtoField.uint16, "slot", base.DEC)
-- PCM.
field("track", ProtoField.uint32, "Track", base.DEC, nil, 0, "One PREPARE to RELEASE run of a stream")
field("from_frame", ProtoField.uint64, "First frame", base.DEC)
field("frames", ProtoField.uint32, "Frames", base.DEC)
field("sink_delay", ProtoField.uint32, "Frames that the sink still held", base.DEC)
field("pcm", ProtoField.bytes, "PCM")
field("pcm_hash", ProtoField.bytes, "Hash of PCM that was not recorded")
field("pcm_levels", ProtoField.bytes, "Levels of PCM that was not recorded")
field("line", ProtoField.uint64, "Line of the trace")
field("written", ProtoField.uint32, "Bytes written by the device (used.len)", base.DEC)
field("state.from", ProtoField.uint8, "State before", base.DEC, STATES)
field("state.to", ProtoField.uint8, "State after", base.DEC, STATES)
field("info", ProtoField.string, "What happened")
field("bytes", ProtoField.bytes, "Bytes")
-- Request and answer, and the life of a message.
field("request_in", ProtoField.framenum, "Request in", base.NONE, frametype.REQUEST)
field("answer_in", ProtoField.framenum, "Answer in", base.NONE, frametype.RESPONSE)
field("finding_in", ProtoField.framenum, "Finding in", base.NONE)
field("time", ProtoField.relative_time, "From popped to used")
field("stage.kick", ProtoField.relative_time, "Kick to popped")
field("stage.first", ProtoField.relative_time, "Popped to first byte")
field("stage.last", ProtoField.relative_time, "First to last byte")
field("stage.used", ProtoField.relative_time, "Last byte to used")
field("stage.interrupt", ProtoField.relative_time, "Used to interrupt")
-- Findings.
field("finding", ProtoField.string, "Rule")
field("finding.detail", ProtoField.string, "Seen")
field("finding.asks", ProtoField.string, "The rule")
field("finding.section", ProtoField.string, "Section of the standard (1.3)")
field("finding.by", ProtoField.string, "Broken by")

-- The standard's structures.
local MAKE = { [1] = ProtoField.uint8, [2] = ProtoField.uint16, [4] = ProtoField.uint32, [8] = ProtoField.uint64 }
for _, layout in pairs(STRUCTS) do
  for _, member in ipairs(layout) do
    local name, width, names = member[1], member[3], VALUES[member[1]]
    if fields[name] == nil then
      if member.text then
        field(name, ProtoField.stringz, name)
      elseif member.raw then
        field(name, ProtoField.bytes, name)
      else
        field(name, MAKE[width], name, member.hex and base.HEX or base.DEC, names)
      end
    end
  end
end

local list = {}
for _, each in pairs(fields) do list[#list + 1] = each end
proto.fields = list

local experts = {
  error = ProtoExpert.new("virtio_snd.finding.error", "Rule broken", expert.group.PROTOCOL, expert.severity.ERROR),
  warning = ProtoExpert.new("virtio_snd.finding.warning", "Rule broken", expert.group.PROTOCOL, expert.severity.WARN),
  note = ProtoExpert.new("virtio_snd.finding.note", "Worth a look", expert.group.PROTOCOL, expert.severity.NOTE),
  status = ProtoExpert.new("virtio_snd.refused", "Not answered with OK", expert.group.RESPONSE_CODE, expert.severity.NOTE),
  lost = ProtoExpert.new("virtio_snd.lost", "Entries are missing here", expert.group.SEQUENCE, expert.severity.WARN),
  xrun = ProtoExpert.new("virtio_snd.xrun", "Underrun or overrun", expert.group.SEQUENCE, expert.severity.WARN),
  version = ProtoExpert.new("virtio_snd.version.unknown", "Another version of the pseudo-header", expert.group.UNDECODED, expert.severity.WARN),
}
local expert_list = {}
for _, each in pairs(experts) do expert_list[#expert_list + 1] = each end
proto.experts = expert_list

local interface_of = Field.new("frame.interface_id")

-- What the first pass learns: messages by interface and number, kicks and unanswered interrupts by queue.
local messages, queues = {}, {}
function proto.init()
  messages, queues = {}, {}
end

local function message_of(key)
  local found = messages[key]
  if found == nil then
    found = { findings = {} }
    messages[key] = found
  end
  return found
end

local function queue_of(key)
  local found = queues[key]
  if found == nil then
    found = { waiting = {} }
    queues[key] = found
  end
  return found
end

local function seconds(time)
  if time < 0 then time = 0 end
  local whole = math.floor(time)
  return NSTime(whole, math.floor((time - whole) * 1e9 + 0.5))
end

local function milliseconds(time)
  return string.format("%.3f ms", time * 1e3)
end

-- Adds one structure that begins at `at`; gives its values. Stops where the bytes end.
local function add_struct(tree, name, tvb, at)
  local layout = STRUCTS[name]
  local room = math.max(0, math.min(layout.width, tvb:len() - at))
  local values = {}
  if room == 0 then return values end
  local branch = tree:add(proto, tvb(at, room), name)
  for _, member in ipairs(layout) do
    local from, width = at + member[2], member[3]
    if member[2] + width > room then break end
    local range = tvb(from, width)
    if member.text or member.raw then
      branch:add(fields[member[1]], range)
    else
      local item = branch:add_le(fields[member[1]], range)
      if width < 8 then
        values[member[1]] = range:le_uint()
        local bits = BITS[name .. "." .. member[1]]
        if bits and values[member[1]] > 0 then
          local set, left = {}, values[member[1]]
          for bit = 0, 31 do
            if left % 2 == 1 then set[#set + 1] = bits[bit] or ("bit " .. bit) end
            left = math.floor(left / 2)
          end
          item:append_text(" (" .. table.concat(set, ", ") .. ")")
        end
      end
    end
  end
  return values
end

local function add_rest(tree, tvb, at)
  if at < tvb:len() then tree:add(fields["bytes"], tvb(at)) end
end

local function describe(code, values)
  local text = (CODES[code] or string.format("code 0x%04x", code)):gsub("^VIRTIO_SND_R_", ""):gsub("^VIRTIO_SND_", "")
  if values.stream_id then text = text .. " stream " .. values.stream_id end
  if values.jack_id then text = text .. " jack " .. values.jack_id end
  if values.control_id then text = text .. " control " .. values.control_id end
  if values.start_id then text = text .. string.format(" %d..%d", values.start_id, values.start_id + values.count - 1) end
  if values.period_bytes then
    text = text .. string.format(": %s %s Hz %d ch, buffer %d, period %d", VALUES.format[values.format] or values.format,
      VALUES.rate[values.rate] or values.rate, values.channels, values.buffer_bytes, values.period_bytes)
  end
  return text
end

-- A chain of which a trace has the counts and nothing else.
local function traced(tree, tvb, entry, message, readable, writable)
  tree:add_le(fields["chain.readable"], tvb(0, 2))
  tree:add_le(fields["chain.writable"], tvb(2, 2))
  local line = ""
  if tvb:len() >= 16 then
    tree:add_le(fields["line"], tvb(8, 8))
    line = ", line " .. tostring(tvb(8, 8):le_uint64())
  end
  message.text = (QUEUES[entry.queue] or "?") .. " message"
  return string.format("%s: %d readable and %d writable pieces%s", message.text, readable, writable, line)
end

local function popped(tree, tvb, entry, message)
  if tvb:len() < 8 then return "popped" end
  local readable, writable = tvb(0, 2):le_uint(), tvb(2, 2):le_uint()
  if math.floor(tvb(4, 2):le_uint() / 2) % 2 == 1 then
    return traced(tree, tvb, entry, message, readable, writable)
  end
  local count = readable + writable
  local chain = tree:add(proto, tvb(0, math.min(tvb:len(), 8 + DESCRIPTOR * count)), "Descriptor chain")
  chain:add_le(fields["chain.readable"], tvb(0, 2))
  chain:add_le(fields["chain.writable"], tvb(2, 2))
  chain:add(fields["chain.indirect"], tvb(4, 2), tvb(4, 2):le_uint() % 2 == 1)
  chain:add_le(fields["chain.slots"], tvb(6, 2))
  local at = 8
  for place = 1, count do
    if at + DESCRIPTOR > tvb:len() then return "popped, cut" end
    local part = chain:add(proto, tvb(at, DESCRIPTOR), (place <= readable and "readable" or "writable"))
    part:append_text(", " .. tvb(at + 8, 4):le_uint() .. " bytes")
    part:add_le(fields["desc.addr"], tvb(at, 8))
    part:add_le(fields["desc.len"], tvb(at + 8, 4))
    part:add_le(fields["desc.flags"], tvb(at + 12, 2))
    part:add_le(fields["desc.next"], tvb(at + 14, 2))
    part:add_le(fields["desc.slot"], tvb(at + 16, 2))
    at = at + DESCRIPTOR
  end
  if entry.queue == CONTROLQ then
    if at + 4 > tvb:len() then
      add_rest(tree, tvb, at)
      return "control request, " .. (tvb:len() - at) .. " bytes"
    end
    local code = tvb(at, 4):le_uint()
    local name = REQUESTS[code] or "virtio_snd_hdr"
    local values = add_struct(tree, name, tvb, at)
    add_rest(tree, tvb, at + STRUCTS[name].width)
    message.code, message.count, message.size = code, values.count, values.size
    message.text = describe(code, values)
    return message.text
  elseif entry.queue == EVENTQ then
    message.text = "event buffer"
    return "event buffer posted"
  end
  local values = add_struct(tree, "virtio_snd_pcm_xfer", tvb, at)
  message.stream = values.stream_id
  message.text = (entry.queue == TXQ and "PCM out" or "PCM in") .. " stream " .. tostring(values.stream_id or "?")
  return message.text
end

local function answer(tree, tvb, entry, message, packet)
  if tvb:len() < 4 then return "used" end
  tree:add_le(fields["written"], tvb(0, 4))
  local text = message.text or "message"
  if tvb:len() < 8 then return text .. ": used, no answer" end
  if entry.queue == TXQ or entry.queue == RXQ then
    local values = add_struct(tree, "virtio_snd_pcm_status", tvb, 4)
    local status = values.status or 0
    if status ~= OK then
      tree:add_proto_expert_info(experts.status, text .. ": " .. (CODES[status] or status))
    end
    return string.format("%s: %s, latency %d bytes", text, (CODES[status] or status), values.latency_bytes or 0)
  elseif entry.queue == EVENTQ then
    local code = tvb(4, 4):le_uint()
    local values = add_struct(tree, CODES[code] == "VIRTIO_SND_EVT_CTL_NOTIFY" and "virtio_snd_ctl_event" or "virtio_snd_event", tvb, 4)
    return string.format("event %s %s", CODES[code] or code, tostring(values.data or values.control_id or ""))
  end
  local code = tvb(4, 4):le_uint()
  add_struct(tree, "virtio_snd_hdr", tvb, 4)
  local at, record = 8, RECORDS[message.code or -1]
  if record == "virtio_snd_ctl_info" and message.size == STRUCTS.virtio_snd_ctl_info_packed.width then
    record = "virtio_snd_ctl_info_packed"
  end
  local stride = message.size or (record and STRUCTS[record].width) or 0
  while record and stride > 0 and at < tvb:len() do
    add_struct(tree, record, tvb(0, math.min(tvb:len(), at + stride)), at)
    at = at + stride
  end
  add_rest(tree, tvb, at)
  if code ~= OK then tree:add_proto_expert_info(experts.status, text .. ": " .. (CODES[code] or code)) end
  return text .. ": " .. (CODES[code] or string.format("0x%04x", code))
end

-- The members that findings need, out of the JSON that Ringside wrote.
local function member(json, name)
  local text = json:match('"' .. name .. '":"(.-[^\\])"')
  return text and text:gsub("\\(.)", "%1")
end

local function violation(tree, tvb, json, message, pinfo)
  local id, detail = member(json, "rule"), member(json, "detail") or ""
  local rule = RULES[id or ""] or { "?", "note", "", "" }
  local part = tree:add(proto, tvb(), "Finding " .. (id or "?"))
  part:add(fields["finding"], tvb(), id or "?")
  part:add(fields["finding.detail"], tvb(), detail)
  part:add(fields["finding.asks"], tvb(), rule[4])
  part:add(fields["finding.section"], tvb(), rule[1])
  part:add(fields["finding.by"], tvb(), rule[3])
  part:add_proto_expert_info(experts[rule[2]], (id or "?") .. ": " .. detail)
  if message and not pinfo.visited then table.insert(message.findings, { pinfo.number, id, rule[2], detail }) end
  return "finding " .. (id or "?") .. ": " .. detail
end

local JSON = Dissector.get("json")

-- The members of a JSON object as `name value, name value`, without the punctuation.
local function flat(json)
  local text = json:gsub('{"$n":"(%d+)"}', "%1"):gsub('"kind":"%w+",?', ""):gsub('"what":"([%w-]+)",?', "%1 ")
  return (text:gsub('"(%w+)":', "%1 "):gsub('[{}"]', ""):gsub("step ", "", 1):gsub(",", ", "):gsub("%s+", " "))
end

local function told(tree, tvb, pinfo, kind)
  local json = tvb:raw()
  if JSON then pcall(function() JSON:call(tvb, pinfo, tree) end) end
  if kind == "dropped" then tree:add_proto_expert_info(experts.lost, member(json, "why") or "lost") end
  if kind == "xrun" then
    local text = string.format("stream %s missed %s frames at frame %s", json:match('"streamId":(%d+)') or "?",
      json:match('"missingFrames":(%d+)') or "?", json:match('"atFrame":(%d+)') or "?")
    tree:add_proto_expert_info(experts.xrun, text)
    return "xrun: " .. text
  end
  return kind .. ": " .. flat(json)
end

-- Times of a message as far as the passes so far know them.
local function life(tree, tvb, message)
  if message.popped_at == nil then return end
  local function stage(name, from, to)
    if from and to then tree:add(fields[name], tvb(0, 0), seconds(to - from)):set_generated() end
  end
  stage("stage.kick", message.kick_at, message.popped_at)
  stage("stage.first", message.popped_at, message.first_at)
  stage("stage.last", message.first_at, message.last_at)
  stage("stage.used", message.last_at or message.popped_at, message.used_at)
  stage("stage.interrupt", message.used_at, message.interrupt_at)
  stage("time", message.popped_at, message.used_at)
end

local function links(tree, tvb, kind, message)
  if kind ~= "popped" and message.frame then tree:add(fields["request_in"], tvb(0, 0), message.frame):set_generated() end
  if kind ~= "used" and message.used_frame then tree:add(fields["answer_in"], tvb(0, 0), message.used_frame):set_generated() end
  for _, found in ipairs(message.findings) do
    local item = tree:add(fields["finding_in"], tvb(0, 0), found[1])
    item:set_generated()
    item:append_text(" (" .. found[2] .. ")")
    if kind == "popped" then item:add_proto_expert_info(experts[found[3]], found[2] .. ": " .. found[4]) end
  end
end

local function learn(kind, entry, message, pinfo, interface)
  local now = pinfo.rel_ts
  local queue = queue_of(interface .. ":" .. entry.queue)
  if kind == "kick" then
    queue.kick_at, queue.waiting = now, {}
  elseif kind == "popped" then
    message.frame, message.popped_at, message.kick_at = pinfo.number, now, queue.kick_at
    queue.waiting = {}
  elseif kind == "moved" and message then
    message.first_at = message.first_at or now
    message.last_at = now
  elseif kind == "used" and message then
    message.used_frame, message.used_at = pinfo.number, now
    table.insert(queue.waiting, message)
  elseif kind == "interrupt" then
    for _, each in ipairs(queue.waiting) do each.interrupt_at = now end
    queue.waiting = {}
  end
end

function proto.dissector(tvb, pinfo, root)
  local at = TAGS
  -- called through link type 252 the tags are already taken off; called on raw bytes they are not
  if tvb:len() >= 4 and tvb(0, 2):uint() ~= 12 then at = 0 end
  if tvb:len() < at + HEADER then return 0 end
  pinfo.cols.protocol = "virtio-snd"
  local version, number = tvb(at, 1):uint(), tvb(at + 1, 1):uint()
  local kind = KINDS[number] or "unknown"
  local tree = root:add(proto, tvb(at), "Virtio sound, " .. kind)
  tree:add(fields["version"], tvb(at, 1))
  if version ~= VERSION then
    tree:add_proto_expert_info(experts.version, "version " .. version .. ": use a newer dissector")
    return tvb:len()
  end
  local entry = { queue = tvb(at + 2, 1):uint() }
  local seq, of = tvb(at + 8, 8):le_uint64(), tvb(at + 16, 8):le_uint64()
  local value, width = tvb(at + 24, 4):le_uint(), tvb(at + 28, 4):le_uint()
  tree:add(fields["kind"], tvb(at + 1, 1))
  if entry.queue ~= 255 then tree:add(fields["queue"], tvb(at + 2, 1)) end
  tree:add(fields["grade"], tvb(at + 3, 1))
  if tvb(at + 4, 2):le_uint() ~= 0xffff then tree:add_le(fields["stream"], tvb(at + 4, 2)) end
  if kind == "popped" then tree:add_le(fields["head"], tvb(at + 6, 2)) end
  tree:add_le(fields["seq"], tvb(at + 8, 8))
  local interface = interface_of()
  interface = interface and tostring(interface) or "0"
  local message
  if kind == "popped" then
    message = message_of(interface .. ":" .. tostring(seq))
    tree:add_le(fields["message"], tvb(at + 8, 8))
  elseif of ~= NONE then
    message = message_of(interface .. ":" .. tostring(of))
    tree:add_le(fields["message"], tvb(at + 16, 8))
  end
  local index = { popped = "avail_idx", ring = "avail_idx", used = "used_idx", moved = "track" }
  if index[kind] then tree:add_le(fields[index[kind]], tvb(at + 24, 4)) end
  tree:add_le(fields["body_bytes"], tvb(at + 28, 4))
  if not pinfo.visited then learn(kind, entry, message, pinfo, interface) end

  local room = math.min(width, tvb:len() - at - HEADER)
  local body = room > 0 and tvb(at + HEADER, room):tvb() or nil
  local info = kind
  if entry.queue ~= 255 and QUEUES[entry.queue] then info = kind .. " " .. QUEUES[entry.queue] end
  if kind == "popped" and body then
    info = popped(tree, body, entry, message)
  elseif kind == "used" and body then
    info = answer(tree, body, entry, message or { findings = {} }, pinfo)
  elseif kind == "moved" and body and body:len() >= 16 then
    tree:add_le(fields["from_frame"], body(0, 8))
    -- the highest bit: the PCM was left out, its hash and levels stand in its place
    local frames = body(8, 4):le_uint()
    local is_withheld = frames >= 0x80000000
    if is_withheld then frames = frames - 0x80000000 end
    tree:add(fields["frames"], body(8, 4), frames)
    local delay = body(12, 4):le_uint()
    if delay > 0 then tree:add(fields["sink_delay"], body(12, 4), delay - 1) end
    if is_withheld then
      if body:len() >= 20 then tree:add(fields["pcm_hash"], body(16, 4)) end
      if body:len() > 20 then tree:add(fields["pcm_levels"], body(20)) end
    elseif body:len() > 16 then
      tree:add(fields["pcm"], body(16))
    end
    info = string.format("PCM moved: %d frames from frame %s%s", frames, tostring(body(0, 8):le_uint64()),
      is_withheld and " (not recorded)" or "")
  elseif kind == "state" then
    tree:add(fields["state.from"], tvb(at + 24, 1))
    tree:add(fields["state.to"], tvb(at + 25, 1))
    info = string.format("stream %d: %s -> %s", tvb(at + 4, 2):le_uint(), STATES[value % 256] or "?",
      STATES[math.floor(value / 256) % 256] or "?")
  elseif kind == "posted" and body then
    tree:add(fields["bytes"], body())
    info = "written after it was posted: the posted version"
  elseif kind == "told" then
    info = "control message told: " .. (CODES[value] or "stream")
    if message and CODES[value] then message.text = CODES[value]:gsub("^VIRTIO_SND_R_", "") end
  elseif kind == "violation" and body then
    info = violation(tree, body, body:raw(), message, pinfo)
  elseif IN_JSON[kind] and body then
    info = told(tree, body, pinfo, kind)
  elseif body then
    tree:add(fields["bytes"], body())
  end
  if message then
    links(tree, tvb, kind, message)
    if kind == "popped" or kind == "used" then
      life(tree, tvb, message)
      if kind == "used" and message.popped_at and message.used_at then
        info = info .. " (" .. milliseconds(message.used_at - message.popped_at) .. ")"
      end
    end
  end
  tree:add(fields["info"], tvb(0, 0), info):set_generated()
  local is_device = OUTBOUND[kind]
  pinfo.cols.src = is_device and "device" or (entry.queue ~= 255 and "driver" or "Ringside")
  pinfo.cols.dst = is_device and "driver" or (entry.queue ~= 255 and "device" or "")
  pinfo.cols.protocol = "virtio-snd"
  pinfo.cols.info = info
  return tvb:len()
end
