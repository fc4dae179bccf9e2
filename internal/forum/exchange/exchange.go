// Package exchange hands the forum's record to other programs and takes it back: the
// timetable as other conference software reads it, feeds of what happened, and the data
// package of an edition, from which another Plenary makes the same edition again.
package exchange

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// Service is what programs and people do with the record as a whole.
type Service struct {
	rec       *record.Record
	vocab     *vocab.Service
	people    *people.Service
	documents *documents.Service
	bodies    *bodies.Service
	editions  *editions.Service
	programme *programme.Service

	// Barred are the proposals of a call that are kept from the actor because she reviews the
	// call and has a conflict; the room of the evaluation answers. Nil: none are.
	Barred func(ctx context.Context, a core.Actor, call core.ID) (map[core.ID]bool, error)
}

// New makes the service.
func New(rec *record.Record, v *vocab.Service, p *people.Service, d *documents.Service, b *bodies.Service, e *editions.Service, prog *programme.Service) *Service {
	return &Service{rec: rec, vocab: v, people: p, documents: d, bodies: b, editions: e, programme: prog}
}
