package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"plenary/internal/testkit/pgserver"
	"plenary/internal/testkit/s3kit"
	"plenary/test/fleet"
)

// onDisk are the settings of a PostgreSQL as it comes: each commit waits for the disk.
var onDisk = []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on"}

// clusters measures two servers of the program on one PostgreSQL against one of them.
func clusters(ctx context.Context, dir string, during time.Duration, pairs int) error {
	bin := pgserver.Find()
	if bin == "" {
		return errors.New("no PostgreSQL is installed")
	}
	fsync, err := fsyncLatency(dir)
	if err != nil {
		return err
	}
	pg, err := pgserver.StartIn(ctx, filepath.Dir(dir), bin, onDisk...) // its user may not enter dir itself
	if err != nil {
		return err
	}
	defer pg.Stop()
	store, err := s3kit.Start(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	program, err := build(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Printf("## Two servers on one PostgreSQL %s\n\nThe clients run on the same machine. fsync of 4 KB where PostgreSQL keeps its log: %s (median of 200).\n\n", pg.Version, fsync.Round(time.Microsecond))
	if err := grouped(ctx, pg, during); err != nil {
		return err
	}
	ports, err := fleet.Ports(ctx, 2)
	if err != nil {
		return err
	}
	f := &pair{pg: pg, start: func(i int) (*fleet.Process, error) {
		ctx, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		return fleet.Start(ctx, program, filepath.Join(dir, "data"+strconv.Itoa(i)),
			[]string{"PLENARY_DATABASE=" + pg.Address, "PLENARY_FILES=" + store.Address},
			"--base-url", "http://127.0.0.1:1", "--cluster-listen", ports[i], "--cluster-peers", strings.Join(ports, ","), "--cluster-secret", "a secret of the bench")
	}}
	defer f.stop()
	return f.measure(ctx, during, pairs)
}

// grouped counts durable acts with one caller, each of which waits for its own commit, and
// with many, who share commits.
func grouped(ctx context.Context, pg *pgserver.Server, during time.Duration) error {
	fmt.Println("| callers of one process | durable acts a second |\n|---:|---:|")
	for _, callers := range []int{1, 8, 64, 256} {
		var runs []float64
		for range 3 {
			n, err := commits(ctx, pg.Address, callers, during)
			if err != nil {
				return err
			}
			runs = append(runs, n)
		}
		slices.Sort(runs)
		fmt.Printf("| %d | %.0f |\n", callers, runs[1])
	}
	fmt.Println()
	return nil
}

// pair is two servers, of which one may be away.
type pair struct {
	pg    *pgserver.Server
	start func(i int) (*fleet.Process, error)
	p     [2]*fleet.Process
	staff *fleet.Browser
}

func (f *pair) stop() {
	for _, p := range f.p {
		if p != nil {
			p.Kill()
		}
	}
}

func (f *pair) measure(ctx context.Context, during time.Duration, pairs int) (err error) {
	if f.p[0], err = f.start(0); err != nil {
		return err
	}
	f.staff = fleet.NewBrowser(20 * time.Second)
	if err := f.staff.SetUp(ctx, f.p[0].URL, f.p[0].Token()); err != nil {
		return err
	}
	var rows [2]map[string][]float64
	for range pairs {
		for n := 1; n <= 2; n++ {
			if n == 2 {
				if f.p[1], err = f.start(1); err != nil {
					return err
				}
			}
			if rows[n-1] == nil {
				rows[n-1] = map[string][]float64{}
			}
			for name, run := range f.runs() {
				rate, err := f.rate(ctx, n, during, run)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				rows[n-1][name] = append(rows[n-1][name], rate)
			}
			if n == 2 {
				f.p[1].Stop()
				f.p[1] = nil
			}
		}
	}
	fmt.Println("| a second | one server | two | ratio |\n|---|---:|---:|---:|")
	for _, name := range []string{"kept pages", "pages of somebody signed in", "acts (forms sent)"} {
		one, two := middle(rows[0][name]), middle(rows[1][name])
		fmt.Printf("| %s | %.0f | %.0f | %.2f |\n", name, one, two, two/one)
	}
	fmt.Println()
	if f.p[1], err = f.start(1); err != nil {
		return err
	}
	if err := f.shows(ctx); err != nil {
		return err
	}
	for i, p := range f.p {
		mb, err := resident(p.PID())
		if err != nil {
			return err
		}
		fmt.Printf("Memory of server %d after the runs: %d MB resident.\n", i+1, mb)
	}
	return f.takeOver(ctx)
}

func middle(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

var written atomic.Int64

// runs are what one client does again and again.
func (f *pair) runs() map[string]func(ctx context.Context, c *fleet.Browser, server string) (int, error) {
	get := func(ctx context.Context, c *fleet.Browser, address string) (int, error) {
		p, err := c.Get(ctx, address)
		if err != nil {
			return 0, err
		}
		return p.Status, nil
	}
	return map[string]func(ctx context.Context, c *fleet.Browser, server string) (int, error){
		"kept pages": func(ctx context.Context, c *fleet.Browser, server string) (int, error) {
			return get(ctx, &fleet.Browser{Client: &http.Client{Transport: c.Transport, Timeout: c.Timeout}}, server+"/people")
		},
		"pages of somebody signed in": func(ctx context.Context, c *fleet.Browser, server string) (int, error) {
			return get(ctx, c, server+"/2027")
		},
		"acts (forms sent)": func(ctx context.Context, c *fleet.Browser, server string) (int, error) {
			p, err := c.Organisation(ctx, server, fmt.Sprintf("Bench %d", written.Add(1)))
			if err != nil {
				return 0, err
			}
			return p.Status, nil
		},
	}
}

const clients = 32

// rate counts what clients do a second at the first n servers.
func (f *pair) rate(ctx context.Context, n int, during time.Duration, run func(ctx context.Context, c *fleet.Browser, server string) (int, error)) (float64, error) {
	var done atomic.Bool
	var count atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, clients)
	c := &fleet.Browser{Client: &http.Client{
		Jar: f.staff.Jar, Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: clients},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	began := time.Now()
	for i := range clients {
		wg.Go(func() {
			for !done.Load() {
				status, err := run(ctx, c, f.p[i%n].URL)
				if err == nil && status != http.StatusOK && status != http.StatusSeeOther {
					err = fmt.Errorf("answered %d", status)
				}
				if err != nil {
					failed <- err
					return
				}
				count.Add(1)
			}
		})
	}
	time.Sleep(during)
	done.Store(true)
	wg.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, err
	default:
	}
	return float64(count.Load()) / took.Seconds(), nil
}

// shows measures how long a change at one server takes until the other shows it.
func (f *pair) shows(ctx context.Context) error {
	visitor := fleet.NewBrowser(20 * time.Second)
	var took []time.Duration
	for i := range 20 {
		name := fmt.Sprintf("Shown %d", i)
		if _, err := visitor.Get(ctx, f.p[1].URL+"/organisations?q="+strconv.Itoa(i)); err != nil {
			return err
		}
		c := &fleet.Browser{Client: &http.Client{Jar: f.staff.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		if _, err := c.Organisation(ctx, f.p[0].URL, name); err != nil {
			return err
		}
		began := time.Now()
		for {
			p, err := visitor.Get(ctx, f.p[1].URL+"/organisations.csv")
			if err != nil {
				return err
			}
			if strings.Contains(p.Body, name+",") || strings.Contains(p.Body, name+"\r") || strings.Contains(p.Body, name+"\n") {
				break
			}
			if time.Since(began) > 10*time.Second {
				return fmt.Errorf("%s is not shown", name)
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	fmt.Printf("A change at one server is shown by the other after %s (median of 20, the list of all organisations asked for again and again; longest %s).\n\n",
		took[10].Round(time.Millisecond), took[19].Round(time.Millisecond))
	return nil
}

// takeOver kills who does the periodic work and waits for another to do it.
func (f *pair) takeOver(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, f.pg.Address)
	if err != nil {
		return fmt.Errorf("ask for the work: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	owner := func() (o string, err error) {
		err = conn.QueryRow(ctx, "SELECT COALESCE((SELECT owner FROM leases WHERE name = 'work' AND lease_until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000000), '')").Scan(&o)
		return o, err
	}
	var took []time.Duration
	for i := range 4 {
		was, err := owner()
		if err != nil {
			return err
		}
		// Who does it is not said; the one that was started first since the last kill.
		f.p[i%2].Kill()
		began := time.Now()
		for {
			now, err := owner()
			if err != nil {
				return err
			}
			if now != "" && now != was {
				break
			}
			if time.Since(began) > 20*time.Second {
				return errors.New("the work is not taken over")
			}
			time.Sleep(5 * time.Millisecond)
		}
		took = append(took, time.Since(began))
		if f.p[i%2], err = f.start(i % 2); err != nil {
			return err
		}
	}
	slices.Sort(took)
	fmt.Printf("\nAfter kill -9 the work is taken over within %s (median of 4; longest %s).\n", took[1].Round(time.Millisecond), took[3].Round(time.Millisecond))
	return nil
}

// resident is the memory of a process in MB.
func resident(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb / 1024, err
		}
	}
	return 0, errors.New("the system does not say how much memory a process has")
}
