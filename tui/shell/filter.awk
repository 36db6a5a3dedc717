# Candidates out of what the helper prints: of the right kind, without what the options already say.
BEGIN {
  part = ENVIRON["PRONTO_TAB_PART"]; sep = ENVIRON["PRONTO_TAB_SEP"]
  lead = ENVIRON["PRONTO_TAB_LEAD"]; start = lead ENVIRON["PRONTO_TAB_WORD"]
}
index($0, start) != 1 { next }
part == "area" && !index($0, sep) && !index($0, ":") { next }
part == "project" && (index($0, sep) || index($0, ":")) { next }
length($0) > length(lead) { print substr($0, length(lead) + 1) }
