package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// object reads a file of a store in parts, which grow while somebody reads on: who wants a
// minute of a film does not make all of it pass.
type object struct {
	ctx  context.Context // of who opened it; a file lives no longer
	at   *bucket
	id   string
	size int64

	off  int64  // where Read is
	buf  []byte // a part that was read
	from int64  // where it begins
	part int64  // length of the next
}

const (
	firstPart = 256 << 10
	mostPart  = 4 << 20
)

func (o *object) Read(p []byte) (int, error) {
	if o.off >= o.size {
		return 0, io.EOF
	}
	if o.off < o.from || o.off >= o.from+int64(len(o.buf)) {
		buf := make([]byte, min(o.part, o.size-o.off))
		if err := o.at.read(o.ctx, o.id, buf, o.off); err != nil {
			return 0, err
		}
		o.buf, o.from = buf, o.off
		o.part = min(2*o.part, mostPart)
	}
	n := copy(p, o.buf[o.off-o.from:])
	o.off += int64(n)
	return n, nil
}

func (o *object) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("read file in the store: before its beginning")
	}
	if off >= o.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), o.size-off)]
	if len(want) == 0 {
		return 0, nil
	}
	if err := o.at.read(o.ctx, o.id, want, off); err != nil {
		return 0, err
	}
	if len(want) < len(p) {
		return len(want), io.EOF
	}
	return len(want), nil
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.off
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek in file of the store: %d is before its beginning", offset)
	}
	if offset != o.off {
		o.part = firstPart
	}
	o.off = offset
	return offset, nil
}

func (o *object) Close() error { return nil }
