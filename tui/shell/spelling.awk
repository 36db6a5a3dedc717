# What both sources of candidates have in common: how a name is put for the slot it is to stand in. "" if it does not fit there.
# (busybox finds no empty text in any other.)
function put(name, at) {
  at = index(name, sep)
  if (part == "area" && !at && !index(name, ":")) return ""
  if (part == "project" && (at || index(name, ":"))) return ""
  if (part == "scope" || part == "colon" || part == "below") {
    if (part == "colon" && !at && !index(name, ":")) return ""
    if (at && !index(name, ":")) name = substr(name, 1, at - 1) ":" substr(name, at + 1)
    if (substr(name, length(name)) != ":") name = name ":"
  }
  return start == "" || index(name, start) == 1 ? name : ""
}
# The same without what the line already says.
function rest(name) {
  name = substr(name, length(lead) + 1)
  if (part == "below") sub(/:$/, "", name)
  return name
}
