"""Call tracing of whole journeys: which files one opens to follow one thing through Padlicht."""
