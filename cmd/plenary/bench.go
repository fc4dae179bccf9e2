package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"plenary/internal/core"
	"plenary/internal/formats/opinioncsv"
	"plenary/internal/solve/opinion"
)

type benchCmd struct {
	Assignment benchAssignmentCmd `cmd:"" help:"Assign proposals to reviewers as files tell, and print what each gets."`
	Opinions   benchOpinionsCmd   `cmd:"" help:"Group the participants of published conversations and compare with their published groups."`
	Timetable  benchTimetableCmd  `cmd:"" help:"Search timetables for instances of the Conference Scheduling Problem Library, and print what each costs."`
}

type benchOpinionsCmd struct {
	Rejected bool     `help:"Count statements too that the moderators rejected."`
	Dirs     []string `arg:"" name:"dir" help:"Folder with participants-votes.csv, comments.csv and group-votes.csv." type:"existingdir"`
}

// benchOpinions is what is printed of one conversation.
type benchOpinions struct {
	Conversation string             `json:"conversation"`
	Participants int                `json:"participants"`
	Statements   int                `json:"statements"`
	Votes        int                `json:"votes"`
	Sizes        []int              `json:"sizes"`
	Ungrouped    int                `json:"ungrouped"`
	Explained    [2]float64         `json:"explained"`
	Silhouette   float64            `json:"silhouette"`
	Seconds      float64            `json:"seconds"`
	Groups       []benchParticipant `json:"groups"`
	Agreement    benchAgreement     `json:"agreement"`
	Consensus    []benchStatement   `json:"consensus"`
}

type benchParticipant struct {
	Participant string `json:"participant"`
	Group       *int   `json:"group"`
	Published   *int   `json:"published"`
}

type benchAgreement struct {
	Compared int     `json:"compared"` // participants whom both have placed
	Same     int     `json:"same"`     // of them, in the matching group
	Share    float64 `json:"share"`
	Rand     float64 `json:"adjusted_rand"`
}

type benchStatement struct {
	Statement string   `json:"statement"`
	Consensus float64  `json:"consensus"`           // of the groups found here
	Given     *float64 `json:"of_published_groups"` // the same formula over the published groups
	Published *float64 `json:"published,omitempty"` // as the file says
	Counted   bool     `json:"counted"`             // not rejected by the moderators
}

// Run prints one JSON object per conversation.
func (b *benchOpinionsCmd) Run() error {
	out := json.NewEncoder(os.Stdout)
	for _, dir := range b.Dirs {
		c, err := opinioncsv.Read(os.DirFS(dir))
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		if err := out.Encode(b.measure(filepath.Base(dir), c)); err != nil {
			return err
		}
	}
	return nil
}

func (b *benchOpinionsCmd) measure(name string, c *opinioncsv.Conversation) benchOpinions {
	res := benchOpinions{Conversation: name, Participants: len(c.Participants), Statements: len(c.Statements)}
	all := make([][]opinion.Cast, len(c.Participants))
	counted := make([][]opinion.Cast, len(c.Participants))
	published := make([]int, len(c.Participants))
	for i, p := range c.Participants {
		published[i] = p.Group
		for _, v := range p.Votes {
			cast := opinion.Cast{Statement: v.Statement, Vote: opinion.Vote(v.Value)}
			all[i] = append(all[i], cast)
			if b.Rejected || c.Statements[v.Statement].Moderated >= 0 {
				counted[i] = append(counted[i], cast)
			}
		}
		res.Votes += len(p.Votes)
	}
	began := core.Machine()
	r := opinion.Find(counted, len(c.Statements), opinion.Options{})
	res.Seconds = round(core.MachineSince(began).Seconds())
	res.Sizes, res.Silhouette = r.Sizes, round(r.Silhouette)
	res.Explained = [2]float64{round(r.Explained[0]), round(r.Explained[1])}
	groups := make([]int, len(c.Participants))
	for i, p := range r.Participants {
		groups[i] = p.Group
		line := benchParticipant{Participant: c.Participants[i].ID, Group: known(p.Group), Published: known(published[i])}
		if p.Group == opinion.NoGroup {
			res.Ungrouped++
		}
		res.Groups = append(res.Groups, line)
	}
	a := &res.Agreement
	a.Rand, a.Same, a.Compared = opinion.Agreement(groups, published)
	a.Rand = round(a.Rand)
	if a.Compared > 0 {
		a.Share = round(float64(a.Same) / float64(a.Compared))
	}
	given := opinion.Consensus(all, len(c.Statements), published)
	for i, s := range c.Statements {
		g := round(given[i])
		res.Consensus = append(res.Consensus, benchStatement{
			Statement: s.ID, Consensus: round(r.Statements[i].Consensus), Given: &g, Published: s.Consensus,
			Counted: b.Rejected || s.Moderated >= 0,
		})
	}
	return res
}

func known(group int) *int {
	if group < 0 {
		return nil
	}
	return &group
}

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
