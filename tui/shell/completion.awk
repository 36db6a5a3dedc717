# Candidates out of the cache, newest first (C-063, C-066, C-067). Fields are split at ".
BEGIN {
  type = ENVIRON["PRONTO_TAB_TYPE"]; part = ENVIRON["PRONTO_TAB_PART"]; sep = ENVIRON["PRONTO_TAB_SEP"]
  lead = ENVIRON["PRONTO_TAB_LEAD"]; start = lead ENVIRON["PRONTO_TAB_WORD"]
  if ((getline scope < ENVIRON["PRONTO_TAB_SCOPE"]) <= 0) scope = ""
  if (type == "alias") { at = index(scope, "@"); scope = at ? substr(scope, at) : "" }
  if (scope != "") scope = scope "|"
  time = "^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9][0-9][0-9]Z$"
}
$1 != "{" || $2 != "type" || $3 != ":" || $5 != "," || $6 != "value" || $7 != ":" || $9 != "," { next }
$10 != "canonical_key" || $11 != ":" || $13 != "," || $15 != ":" { next }
NF == 17 && $14 == "last_seen" && $17 == "}" { seen = $16 }
NF == 21 && $14 == "target" && $17 == "," && $18 == "last_seen" && $19 == ":" && $21 == "}" { seen = $20 }
(NF != 17 || $14 != "last_seen" || $17 != "}") && (NF != 21 || $18 != "last_seen" || $21 != "}") { next }
seen !~ time { next }
{
  if (before != "" && seen > before && !appended) appended = count + 1
  before = seen
}
$4 != type || $8 == "" || index($8, "\\") || $12 != scope $8 { next }
{ name = rest(put($8)) }
name != "" { names[++count] = name }
END {
  if (!appended) appended = count + 1
  for (i = count; i >= appended; i--) show(names[i])
  for (i = 1; i < appended; i++) show(names[i])
}
function show(name) {
  if (name in shown) return
  shown[name] = 1
  print name
}
