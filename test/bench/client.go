package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// load is what a run of the client measured.
type load struct {
	rps      float64
	p50, p99 time.Duration
}

// hammer asks one address with conns connections for the given time and counts whole
// answers. It is deliberately thin, so that the server under test has the processors.
func hammer(addr, path, header string, conns int, during time.Duration) (load, error) {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
	var (
		wg     sync.WaitGroup
		done   atomic.Bool
		mu     sync.Mutex
		all    []time.Duration
		failed error
	)
	start := time.Now()
	for range conns {
		wg.Go(func() {
			mine, err := ask(addr, request, &done)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	time.Sleep(during)
	done.Store(true)
	wg.Wait()
	took := time.Since(start)
	if failed != nil {
		return load{}, failed
	}
	slices.Sort(all)
	return load{
		rps: float64(len(all)) / took.Seconds(),
		p50: all[len(all)/2], p99: all[len(all)*99/100],
	}, nil
}

func ask(addr string, request []byte, done *atomic.Bool) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReaderSize(conn, 128<<10)
	took := make([]time.Duration, 0, 1<<14)
	for !done.Load() {
		start := time.Now()
		if _, err := conn.Write(request); err != nil {
			return took, err
		}
		if err := readAnswer(r); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

var lengthHeader = []byte("content-length:")

// readAnswer reads one answer with a Content-Length and insists on 200.
func readAnswer(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(line, []byte(" 200 ")) {
		return fmt.Errorf("answer %q", line)
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if len(line) > len(lengthHeader) && bytes.EqualFold(line[:len(lengthHeader)], lengthHeader) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthHeader):]))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return fmt.Errorf("answer without a length")
	}
	_, err = r.Discard(length)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}
