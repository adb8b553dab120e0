"""Tests of the plugin, which need no host."""
