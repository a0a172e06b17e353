-- Has wrk ask for the paths in a file, one a line, from another place in each thread:
-- wrk --threads 1 --connections 4 --duration 60 --latency --script benches/search/load.lua \
--     http://127.0.0.1:8787 -- FILE [ADDITION TO EACH PATH, like "&counts=true"]

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  paths = {}
  for path in io.lines(arguments[1]) do
    paths[#paths + 1] = path .. (arguments[2] or "")
  end
  at = number * math.floor(#paths / 2)
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
