"""What the scripts that make fixtures write."""

import json
import struct


def write_safetensors(path, named):
    """8 bytes: header length; the header as JSON; the tensors' bytes, one after the other."""
    header, parts, at = {}, [], 0
    for name, tensor in named.items():
        data = tensor.detach().numpy().astype("<f4")
        header[name] = {"dtype": "F32", "shape": list(data.shape), "data_offsets": [at, at + data.nbytes]}
        parts.append(data.tobytes())
        at += data.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
