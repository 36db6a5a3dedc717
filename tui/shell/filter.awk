# Candidates out of what the helper prints.
BEGIN {
  part = ENVIRON["PRONTO_TAB_PART"]; sep = ENVIRON["PRONTO_TAB_SEP"]
  lead = ENVIRON["PRONTO_TAB_LEAD"]; start = lead ENVIRON["PRONTO_TAB_WORD"]
}
{ name = rest(put($0)) }
name != "" && !(name in shown) { shown[name] = 1; print name }
