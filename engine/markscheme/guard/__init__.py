"""What may not be weakened in silence: cases and promises against an earlier revision, and published versions against
`published.lock`. Knows the engine's own readers, and git only as a place that old files are read from."""
