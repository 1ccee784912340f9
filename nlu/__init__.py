"""Ground floor: what was meant. No audio, no Pipecat, no sockets."""
