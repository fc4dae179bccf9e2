package ledger_test

import (
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/reports"
)

func rooms(h *house, r *ledger.Rooms) (*reports.Service, *messages.Service) {
	rep := reports.New(h.rec, r.Documents, r.Programme)
	return rep, messages.New(h.rec, r.Documents, r.Editions, rep, r.Programme)
}
