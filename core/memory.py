"""What a process has loaded to serve is there for good, and not looked through for garbage again and again."""

import gc


def keep_what_is_loaded() -> None:
    """Leave everything that exists now out of further garbage collections. To be called once, when a process can serve.

    Batches of rows make many objects at once, and each full collection would walk all modules and models again.
    """
    gc.collect()
    gc.freeze()
