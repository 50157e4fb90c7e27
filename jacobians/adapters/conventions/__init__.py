"""Courses' conventions: one TOML file each, found by looking, and the engine that carries them out."""
