"""The faces of prontodb: the browser, the headless mode, the console. They know `search` and `store`; nobody knows them."""

__version__ = "0.1.0"
