"""One file a family; `cases()` lists its cases."""
