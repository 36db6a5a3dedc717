"""The browser: the full-screen face. The only package that imports Textual; `launch.open_browser` is the way in."""
