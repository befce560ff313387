# shellcheck shell=bash
# For setup.sh and micropython.sh, which source it: runs what fetches from a network, and when that
# fails tells a missing network from everything else.

say() { printf 'setup: %s\n' "$*" >&2; }  # stdout is for what was asked for
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# How apt and pip say that nobody answered: no name was resolved, or no connection came about. What
# a server did answer (404, a bad signature) is no missing network.
unreached='Temporary failure|Could not resolve|Name or service not known|No address associated'
unreached+='|Network is unreachable|No route to host|Connection refused|onnection timed out'
unreached+='|ConnectTimeout|onnect to|initiate the connection|establish a new connection'
# How apt says that its lists do not have it: perhaps since it has never got any.
unlisted='Unable to locate package|Unable to find a source|no installation candidate'
before=  # what the fetch before this one said, although it ended well: `apt-get update` does so

# fetch WHAT INSTEAD COMMAND...: runs COMMAND, without a word when it works. When it fails, shows its
# last words, and says that WHAT needs a network when there is none, or else INSTEAD.
fetch() {
  local what=$1 instead=$2 words why; shift 2
  if words=$("$@" 2>&1 >/dev/null); then before=$words; return; fi
  why=$words
  if grep -qE "$unlisted" <<< "$words"; then why+=$'\n'$before; fi
  printf '%s\n' "$words" | tail -n 12 >&2
  why=$(grep -m 1 -oE "($unreached).*" <<< "$why" | sed "s/').*//") || fail "$instead"
  fail "no network: $what must be fetched, and nobody answers (${why:0:100}). Connect this machine, or tell apt and pip of its proxy, and run this again"
}
