"""The world outside: weather, places, exchange rates and pages, made up but always the same."""
