"""In-app calls: the plain PCM + JSON protocol of docs/protocol.md on Pipecat's FastAPI WebSocket transport."""

import asyncio
from typing import Any

import msgspec
from fastapi import WebSocket
from loguru import logger
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from starlette.websockets import WebSocketDisconnect, WebSocketState

from voice import protocol
from voice.errors import ProtocolError

_DISCONNECTED = {"type": "websocket.disconnect", "code": 1006}


class PlainSerializer(FrameSerializer):
    """Frames to protocol messages and back. What it is given to read was checked by `GuardedWebSocket`."""

    def __init__(self, *, rate_hz: int) -> None:
        super().__init__()
        self._rate_hz = rate_hz

    async def serialize(self, frame: Frame) -> str | bytes | None:
        """The payload of one message, None when the frame is not for the client."""
        match frame:
            case OutputAudioRawFrame():
                return frame.audio
            case OutputTransportMessageFrame() | OutputTransportMessageUrgentFrame():
                return None if self.should_ignore_frame(frame) else msgspec.json.encode(frame.message).decode()
            case InterruptionFrame():
                return '{"type":"clear"}'
            case EndFrame() | CancelFrame():
                return msgspec.json.encode(protocol.ended(str(frame.reason or "hangup"))).decode()
        return None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """The frame of one checked message."""
        if isinstance(data, bytes):
            return InputAudioRawFrame(audio=data, sample_rate=self._rate_hz, num_channels=1)
        message = msgspec.to_builtins(protocol.parse(data))
        return InputTransportMessageFrame(message=message)


class GuardedWebSocket:
    """A WebSocket that only lets through what the protocol allows.

    A message it refuses is answered with an `error` message and a close with the protocol's code; so is a client
    that sends nothing for `idle_s`. To Pipecat both look like a client that disconnected.
    """

    def __init__(self, websocket: WebSocket, *, idle_s: float) -> None:
        self._websocket = websocket
        self._idle_s = idle_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._websocket, name)

    async def receive(self) -> dict[str, Any]:
        """The next allowed message, or a disconnect."""
        try:
            async with asyncio.timeout(self._idle_s):
                message = dict(await self._websocket.receive())
        except TimeoutError:
            return await self._refuse("idle", f"nothing was received for {self._idle_s:g} s", 1008)
        except (RuntimeError, WebSocketDisconnect):
            return dict(_DISCONNECTED)
        if message["type"] != "websocket.receive":
            return message
        try:
            if message.get("bytes") is not None:
                protocol.check_audio(message["bytes"])
            else:
                protocol.parse(message.get("text") or "")
        except ProtocolError as error:
            return await self._refuse(error.code, str(error), protocol.CLOSE_CODES.get(type(error), 1008))
        return message

    async def _refuse(self, code: str, text: str, close_code: int) -> dict[str, Any]:
        logger.info("websocket refused: {}", text)
        await refuse(self._websocket, protocol.error(code, text, retry=False), close_code)
        return dict(_DISCONNECTED)


async def refuse(websocket: WebSocket, message: protocol.Message, close_code: int) -> None:
    """Tells an accepted client why, then closes; a client already gone is no error."""
    try:
        if websocket.application_state is WebSocketState.CONNECTED:
            await websocket.send_text(msgspec.json.encode(message).decode())
            await websocket.close(close_code)
    except (RuntimeError, WebSocketDisconnect, OSError):
        logger.debug("client left before it could be told: {}", message)


def websocket_transport(websocket: WebSocket, *, rate_hz: int, idle_s: float) -> FastAPIWebsocketTransport:
    """The transport of an accepted WebSocket; audio goes out in 20 ms messages."""
    params = FastAPIWebsocketParams(
        audio_in_enabled=True,
        audio_in_sample_rate=rate_hz,
        audio_out_enabled=True,
        audio_out_sample_rate=rate_hz,
        audio_out_10ms_chunks=2,
        audio_out_end_silence_secs=0,
        serializer=PlainSerializer(rate_hz=rate_hz),
        allowed_origins=[],
    )
    guarded: Any = GuardedWebSocket(websocket, idle_s=idle_s)
    return FastAPIWebsocketTransport(guarded, params)
