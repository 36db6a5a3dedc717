# Functions for tools that serve the kin of a pantheon, for sh and bash. Source this file:
#
#     . "$(prontodb pantheon shell)"
#
# Each call validates first, is locked to one kin, and never splits or expands a word. Each body is a subshell: no variable of
# the caller is changed. Functions print errors on standard error and end with 1; else with the exit code of prontodb.

# validate_pantheon_permission KIN: succeeds if the environment allows KIN (PANTHEON_ACTIVE_KIN, PANTHEON_CURRENT_USER).
validate_pantheon_permission() (
  command prontodb pantheon context --name="${1-}" >/dev/null
)

# get_secure_pronto_context KIN: prints the options that lock prontodb to KIN, quoted for the shell:
#     eval "set -- $(get_secure_pronto_context keeper)"; prontodb "$@" get iterations.sessions.iter65
get_secure_pronto_context() (
  command prontodb pantheon context --name="${1-}" --output=text
)

# pantheon_cursor_name KIN: prints the name of KIN's cursor.
pantheon_cursor_name() (
  validate_pantheon_permission "${1-}" || exit 1
  printf 'pantheon_%s\n' "$1"
)

# secure_pronto_call KIN WORD...: runs prontodb WORD... locked to KIN. Another --user, --meta, --cursor or --database is refused.
secure_pronto_call() (
  kin=${1-}
  [ "$#" -eq 0 ] || shift
  # All that is evaluated is what shlex.join has quoted; the words themselves are checked, not rewritten.
  line=$(command prontodb pantheon context --name="$kin" --output=text -- "$@") || exit 1
  [ "$#" -gt 0 ] || {
    echo "usage: secure_pronto_call <kin> <command> [arguments]" >&2
    exit 1
  }
  eval "command $line"
)

# pantheon_secure_iter save|show|current KIN [SESSION]: stores standard input as a session, prints one, prints the counter.
pantheon_secure_iter() (
  case ${1-} in
    save | show) command prontodb pantheon iter "$1" --name="${2-}" --session="${3-}" ;;
    current) command prontodb pantheon iter counter --name="${2-}" ;;
    *)
      echo "usage: pantheon_secure_iter save|show|current <kin> [session]" >&2
      exit 1
      ;;
  esac
)
