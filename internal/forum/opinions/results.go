package opinions

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/solve/opinion"
)

// Results is how a poll stands.
type Results struct {
	Statements []Statement // accepted ones; Found.Statements has the same order
	Voters     int
	Votes      int
	// Shown says whether enough people have voted for groups and matrix to be shown.
	Shown bool
	Found opinion.Result
	// Rows are the votes of each participant, in an order that says nothing of who she is.
	Rows [][]opinion.Cast
	At   core.Instant
}

// results keeps what was reckoned for a minute: votes move no version of a scope.
type results struct {
	mu sync.Mutex
	by map[core.ID]*Results
}

// forget makes the next reader's results anew.
func (r *results) forget(poll core.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.by, poll)
}

// keptFor is how long results are shown before they are reckoned again.
const keptFor = time.Minute

// Results reckons how a poll stands; while it is open it may be a minute old. Everybody who may see the
// poll may ask. Until ten people have voted there are only the two counts.
func (s *Service) Results(ctx context.Context, a core.Actor, p Poll) (*Results, error) {
	if err := s.may(a, p, "see"); err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	s.kept.mu.Lock()
	r := s.kept.by[p.ID]
	s.kept.mu.Unlock()
	if r != nil && now.Sub(r.At).Abs() < keptFor && p.State(r.At) == p.State(now) {
		return r, nil
	}
	r, err := s.reckon(ctx, p)
	if err != nil {
		return nil, err
	}
	r.At = now
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if s.kept.by == nil {
		s.kept.by = map[core.ID]*Results{}
	}
	s.kept.by[p.ID] = r
	return r, nil
}

func (s *Service) reckon(ctx context.Context, p Poll) (*Results, error) {
	all, err := statements(ctx, s.rec.DB.Read, p)
	if err != nil {
		return nil, err
	}
	r := &Results{}
	at := map[int]int{}
	for _, x := range all {
		if x.State == Accepted {
			at[x.Number] = len(r.Statements)
			r.Statements = append(r.Statements, x)
		}
	}
	var rows []voteRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("ov.poll = ?", p.ID).OrderExpr("ov.account, ov.statement").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load votes: %w", err)
	}
	by := map[core.ID][]opinion.Cast{}
	for _, v := range rows {
		if i, ok := at[v.Statement]; ok {
			by[v.Account] = append(by[v.Account], opinion.Cast{Statement: i, Vote: v.Vote})
			r.Votes++
		}
	}
	type voter struct {
		key  string
		cast []opinion.Cast
	}
	var list []voter
	for account, cast := range by {
		sum := sha256.Sum256([]byte(p.Salt + string(account)))
		list = append(list, voter{hex.EncodeToString(sum[:]), cast})
	}
	slices.SortFunc(list, func(a, b voter) int { return cmp.Compare(a.key, b.key) })
	r.Voters = len(list)
	if r.Shown = r.Voters >= leastShown; !r.Shown {
		return r, nil
	}
	for _, v := range list {
		r.Rows = append(r.Rows, v.cast)
	}
	r.Found = opinion.Find(r.Rows, len(r.Statements), opinion.Options{})
	return r, nil
}

// Matrix is the anonymised matrix of votes as a table: a row per participant, in an order
// that says nothing of who she is, a column per statement; 1 agrees, -1 disagrees, 0
// passes, empty is no vote. Conflict while too few have voted.
func (s *Service) Matrix(ctx context.Context, a core.Actor, p Poll) ([][]string, error) {
	r, err := s.Results(ctx, a, p)
	if err != nil {
		return nil, err
	}
	if !r.Shown {
		return nil, core.Conflict("opinions.error.few", "Count", leastShown)
	}
	head := []string{"participant", "group-id", "n-votes", "n-agree", "n-disagree"}
	for _, x := range r.Statements {
		head = append(head, strconv.Itoa(x.Number))
	}
	rows := [][]string{head}
	for i, cast := range r.Rows {
		line := make([]string, len(head))
		agree, disagree := 0, 0
		for _, c := range cast {
			line[5+c.Statement] = strconv.Itoa(int(c.Vote))
			switch c.Vote {
			case opinion.Agree:
				agree++
			case opinion.Disagree:
				disagree++
			}
		}
		line[0], line[2], line[3], line[4] = strconv.Itoa(i), strconv.Itoa(len(cast)), strconv.Itoa(agree), strconv.Itoa(disagree)
		if g := r.Found.Participants[i].Group; g != opinion.NoGroup {
			line[1] = strconv.Itoa(g)
		}
		rows = append(rows, line)
	}
	return rows, nil
}

// Sheet is the statements as a table with their counts, to stand beside the matrix.
func (s *Service) Sheet(ctx context.Context, a core.Actor, p Poll) ([][]string, error) {
	r, err := s.Results(ctx, a, p)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"comment-id", "agrees", "disagrees", "passes", "moderated", "group_aware_consensus", "language", "comment-body"}}
	for i, x := range r.Statements {
		line := []string{strconv.Itoa(x.Number), "", "", "", "1", "", x.Body.Orig, x.Body.String()}
		if r.Shown {
			t := r.Found.Statements[i]
			line[1], line[2], line[3] = strconv.Itoa(t.All.Agree), strconv.Itoa(t.All.Disagree), strconv.Itoa(t.All.Pass)
			line[5] = strconv.FormatFloat(t.Consensus, 'f', 6, 64)
		}
		rows = append(rows, line)
	}
	return rows, nil
}
