"""The craft of pictures, plain Python: a catalogue of filters and the pipeline that applies them."""
