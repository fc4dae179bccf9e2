package cluster_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/core"
	"plenary/test/fleet"
)

// load is people who write without a pause; each tries the other server when one fails her.
type load struct {
	h      *house
	prefix string
	stop   chan struct{}
	wg     sync.WaitGroup
	tried  atomic.Int64

	mu       sync.Mutex
	acked    []string
	failures int
	statuses map[int]int
	longest  time.Duration // of one answer
	without  time.Duration // the longest that one of them was without an answer that it is done
}

// write begins with so many people.
func (h *house) write(prefix string, people int) *load {
	l := &load{h: h, prefix: prefix, stop: make(chan struct{}), statuses: map[int]int{}}
	for i := range people {
		l.wg.Go(func() { l.person(i) })
	}
	return l
}

func (l *load) person(i int) {
	b := &fleet.Browser{Client: &http.Client{
		Jar: l.h.staff.Jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	servers := []string{l.h.a.URL, l.h.b.URL}
	last := core.Machine()
	for n := i; ; {
		select {
		case <-l.stop:
			return
		default:
		}
		name := numbered(l.prefix, l.tried.Add(1)) // never one twice: who got no answer does not know
		began := core.Machine()
		p, err := b.Organisation(context.Background(), servers[n%2], name)
		now := core.Machine()
		l.mu.Lock()
		l.longest = max(l.longest, now.Sub(began))
		switch {
		case err == nil && p.Status == http.StatusSeeOther:
			l.acked = append(l.acked, name)
			l.without = max(l.without, now.Sub(last))
			last = now
		default:
			l.failures++
			if err == nil {
				l.statuses[p.Status]++
			}
		}
		l.mu.Unlock()
		if err != nil || p.Status != http.StatusSeeOther {
			n++
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// done is how many acts were acknowledged so far.
func (l *load) done() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// end ends it and holds what stands against what was acknowledged: nothing is lost or there
// twice, no error lasted longer than is promised, none was of another kind than "away", and
// the record is whole.
func (l *load) end(promised time.Duration) {
	h := l.h
	h.t.Helper()
	close(l.stop)
	l.wg.Wait()
	h.t.Logf("%d acts acknowledged, %d failed (%v); the longest answer took %s, the longest time without one %s",
		len(l.acked), l.failures, l.statuses, l.longest.Round(time.Millisecond), l.without.Round(time.Millisecond))
	for status := range l.statuses {
		if status != http.StatusServiceUnavailable {
			h.t.Errorf("%d answers were %d", l.statuses[status], status)
		}
	}
	if l.longest > 5*time.Second+margin {
		h.t.Errorf("one answer took %s", l.longest)
	}
	if l.without > promised+margin {
		h.t.Errorf("somebody was %s without an act that is done", l.without)
	}
	there := map[string]int{}
	p := h.must(h.get(fleet.NewBrowser(20*time.Second), h.b.URL+"/organisations.csv"), http.StatusOK)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix([]byte(p.Body), []byte("\ufeff")))).ReadAll()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			there[cell]++
		}
	}
	for _, name := range l.acked {
		if there[name] != 1 {
			h.t.Errorf("%q was acknowledged and is there %d times", name, there[name])
		}
	}
	h.check()
}

// command runs the program beside the servers.
func (h *house) command(args ...string) (string, error) {
	cmd := exec.CommandContext(h.t.Context(), h.bin, args...)
	cmd.Env = append(os.Environ(), h.env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
