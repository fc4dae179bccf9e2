package testkit

import "encoding/binary"

// WAV is a silent sound of so many seconds, as a small recorder writes it: 8 kHz, 8 bit.
func WAV(seconds int) []byte {
	const rate = 8000
	n := uint32(seconds * rate)
	b := make([]byte, 0, 44+n)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+n)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, x := range []uint16{1, 1, rate, 0, rate, 0, 1, 8} { // PCM, mono, rate, bytes a second, a sample, its bits
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, n)
	for range n {
		b = append(b, 128)
	}
	return b
}
