package timetable

import (
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/solve/similar"
)

// House is what the room is furnished with.
type House struct {
	Programme *programme.Service
	Agenda    *agenda.Service
	Editions  *editions.Service
	People    *people.Service
	Accounts  *authn.Service
	Mail      *mail.Service
	Catalog   *i18n.Catalog
	BaseURL   string
}

// Service is what people do with the plan of a timetable.
type Service struct {
	House
	rec *record.Record

	mu    sync.Mutex
	kept  map[core.ID]kept
	pairs map[core.ID]pairsAt
	begun map[core.ID]bool
	last  *Release // whose mails are being written
}

type pairsAt struct {
	list []similar.Match
	at   int64
}

// waitFor is how long a page waits to hear of changes before it asks again.
const waitFor = 9 * time.Second

// after is a channel that is heard after a while.
func (s *Service) after(d time.Duration) <-chan time.Time { return time.After(d) }

// New makes the service and takes the changes of programmes that become public by releases.
func New(rec *record.Record, h House) *Service {
	s := &Service{House: h, rec: rec, kept: map[core.ID]kept{}, pairs: map[core.ID]pairsAt{}, begun: map[core.ID]bool{}}
	h.Programme.SetPlan(s)
	return s
}
