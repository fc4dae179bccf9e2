package testkit

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Line is a network line to a server that a test can cut.
type Line struct {
	to string
	l  net.Listener

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]bool
	fuse  *fuse
}

// fuse cuts the line when a text goes over it.
type fuse struct {
	text   []byte
	before bool // the text does not get through
	blown  bool
}

// NewLine makes a line to the server of an address like postgres://…@HOST:PORT/… and gives
// the address over the line.
func NewLine(t testing.TB, address string) (line *Line, over string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	line = &Line{to: u.Host, l: l, conns: map[net.Conn]bool{}}
	go line.accept()
	t.Cleanup(func() { _ = l.Close(); line.Cut() })
	u.Host = l.Addr().String()
	return line, u.String()
}

func (n *Line) accept() {
	for {
		c, err := n.l.Accept()
		if err != nil {
			return
		}
		go n.serve(c)
	}
}

func (n *Line) serve(c net.Conn) {
	defer c.Close()
	if !n.add(c) {
		return
	}
	defer n.remove(c)
	s, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", n.to)
	if err != nil {
		return
	}
	defer s.Close()
	if !n.add(s) {
		return
	}
	defer n.remove(s)
	go func() {
		_, _ = io.Copy(c, s) // until one end is closed
		_ = c.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		k, err := c.Read(buf)
		if k > 0 {
			cut, through := n.look(buf[:k])
			if through {
				if _, err := s.Write(buf[:k]); err != nil {
					return
				}
			}
			if cut {
				_ = c.Close() // the answer does not come back
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (n *Line) look(p []byte) (cut, through bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fuse == nil || n.fuse.blown || !bytes.Contains(p, n.fuse.text) {
		return false, true
	}
	n.fuse.blown = true
	return true, !n.fuse.before
}

func (n *Line) add(c net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return false
	}
	n.conns[c] = true
	return true
}

func (n *Line) remove(c net.Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.conns, c)
}

// Cut ends all connections and takes no new ones until Mend.
func (n *Line) Cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = true
	for c := range n.conns {
		_ = c.Close()
	}
}

// Mend lets connections through again.
func (n *Line) Mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = false
}

// CutAt cuts the connection over which a text goes to the server, once: before it gets
// there, or after, so that only the answer is lost.
func (n *Line) CutAt(text string, before bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fuse = &fuse{text: []byte(text), before: before}
}

// WasCut tells whether CutAt has cut.
func (n *Line) WasCut() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fuse != nil && n.fuse.blown
}
