"""How the browser looks: themes in Python, everything else in the `.tcss` files beside this one."""
