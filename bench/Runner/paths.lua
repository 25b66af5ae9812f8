-- For wrk: asks for the paths of a file, each with the cookie that may stand behind it, in turn, each thread from its own place, and ends with one line of figures.
-- Arguments after "--": the file, by how many paths the threads stand apart, and a file of JSON when that is to be posted.
local threads = 0

function setup(thread)
   thread:set("thread", threads)
   threads = threads + 1
end

function init(args)
   requests = {}
   if args[3] then
      wrk.method = "POST"
      wrk.body = assert(io.open(args[3])):read("*a")
      wrk.headers["Content-Type"] = "application/json"
   end
   for line in io.lines(args[1]) do
      local path, cookie = line:match("^(%S+) ?(.*)$")
      wrk.headers["Cookie"] = cookie ~= "" and cookie or nil
      requests[#requests + 1] = wrk.format(nil, path)
   end
   at = thread * tonumber(args[2])
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format("figures %d %d %d %d %d %d %d\n",
      summary.duration, summary.requests, summary.bytes,
      latency:percentile(50), latency:percentile(99),
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
