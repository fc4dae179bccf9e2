package attendance

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// CountTx counts somebody as being in a session, inside the caller's act; who calls it has
// asked whether she may enter. Once per person and session: counted tells whether it is new,
// and only then it appends attendance.counted. Another way of being there is noted beside the
// first. What the staff took out stays out. how is one of Ways.
func (s *Service) CountTx(ctx context.Context, tx *record.Tx, edition, session, registration core.ID, how string, at core.Instant) (counted bool, err error) {
	return s.countTx(ctx, tx, Attendance{Session: session, Registration: registration, Edition: edition, First: at}, how, "")
}

// countTx counts; ref is the session's reference where the caller knows it.
func (s *Service) countTx(ctx context.Context, tx *record.Tx, a Attendance, how, ref string) (counted bool, err error) {
	if !slices.Contains(Ways, how) {
		return false, fmt.Errorf("count attendance: %q is no way", how)
	}
	// The column has the name of the way.
	res, err := tx.NewRaw(`INSERT INTO attendances (session, registration, edition, first, `+how+`)
		SELECT ?0, ?1, ?2, ?3, ?3 WHERE NOT EXISTS (SELECT 1 FROM attendance_voids WHERE session = ?0 AND registration = ?1)
		ON CONFLICT (session, registration) DO NOTHING`, a.Session, a.Registration, a.Edition, a.First).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("count attendance: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("count attendance: %w", err)
	}
	if n == 0 {
		unchanged, err := record.Once(tx.NewUpdate().Model((*Attendance)(nil)).Set(how+" = ?", a.First).
			Where("session = ? AND registration = ? AND "+how+" IS NULL", a.Session, a.Registration).Exec(ctx))
		if err != nil || unchanged {
			return false, err
		}
	} else {
		if ref == "" {
			if ref, err = refOf(ctx, tx, a.Session); err != nil {
				return false, err
			}
		}
		tx.Append("attendance.counted", a.Registration, participation.Scope(a.Edition), record.Internal, told(a.Session, ref, how))
	}
	return n == 1, s.Participation.AttendTx(ctx, tx, a.Registration, how, a.First)
}

// told is what an event says of an attendance.
func told(session core.ID, ref, way string) record.Data {
	d := record.Data{"label": programme.RefLabel(ref), "session": session}
	if way != "" {
		d["way"] = way
	}
	return d
}

func refOf(ctx context.Context, tx *record.Tx, session core.ID) (ref string, err error) {
	err = tx.NewSelect().TableExpr("sessions").Column("ref").Where("id = ?", session).Scan(ctx, &ref)
	return ref, record.Found(err)
}

// Enter lets the holder of a link in: it counts her, once, and gives the place of the
// session. Who asks has been shown to be its holder. Conflict while the door is shut and
// where no place is set; Forbidden for who is not invited.
func (s *Service) Enter(ctx context.Context, a core.Actor, l *Link) (string, error) {
	now := s.rec.Clock.Instant()
	if l.At(now) != Open {
		return "", core.Conflict("attendance.error.shut")
	}
	ok, err := s.Invited(ctx, l)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", core.ForbiddenBecause("attendance.error.not_invited")
	}
	if l.URL == "" {
		return "", core.Conflict("attendance.error.no_place")
	}
	r := l.Registration
	if l.Hub != nil {
		if r, err = s.moderatorOf(ctx, l.Hub); err != nil {
			return "", err
		}
	}
	if r == nil { // a moderator who is not registered herself
		return l.URL, nil
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := s.countTx(ctx, tx, Attendance{Session: l.ID, Registration: r.ID, Edition: l.Edition, First: tx.Now}, l.way(), l.Ref)
		return err
	})
	return l.URL, err
}

// moderatorOf is the registration of a hub's moderator, if she has one and may come.
func (s *Service) moderatorOf(ctx context.Context, h *participation.Hub) (*participation.Registration, error) {
	list, err := s.Participation.OfAccount(ctx, h.Moderator)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Edition == h.Edition && list[i].MayJoin() {
			return &list[i], nil
		}
	}
	return nil, nil
}

// CorrectInput is how the staff corrects who was in a session.
type CorrectInput struct {
	Number string `form:"number" required:"true" max:"12"`
	Way    string `form:"way" ui:"radio"`
	Remove bool   `form:"remove" ui:"hidden"`
	Reason string `form:"reason" ui:"area" required:"true" max:"500"`
}

// Correct adds somebody to those who were in a session, or takes her out, with a reason; only
// the staff may. It appends attendance.added or attendance.removed with the reason in its
// personal part. To add who is counted, or take out who is not, is core.KindConflict. The
// certificates of who is taken out are revoked.
func (s *Service) Correct(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID, in CorrectInput) error {
	if err := check(policy, a, set, "correct"); err != nil {
		return err
	}
	in.Number, in.Reason = strings.TrimSpace(in.Number), strings.TrimSpace(in.Reason)
	p := core.Validate(in)
	if !in.Remove && !slices.Contains(Ways, in.Way) {
		p.Add("way", "attendance.error.way")
	}
	if len(p) == 0 {
		if n, err := strconv.Atoi(in.Number); err != nil || n < 1 {
			p.Add("number", "attendance.error.number")
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	r, err := s.Participation.ByNumber(ctx, a, set, in.Number)
	if core.KindOf(err) == core.KindNotFound {
		p.Add("number", "attendance.error.number")
		return p.Err()
	}
	if err != nil {
		return err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if in.Remove {
			return s.removeTx(ctx, tx, r, session, in.Reason)
		}
		return s.addTx(ctx, tx, r, session, in.Way, in.Reason)
	})
	if err != nil || !in.Remove {
		return err
	}
	return s.withdrawCertificates(ctx, a, set, r)
}

func (s *Service) addTx(ctx context.Context, tx *record.Tx, r *participation.Registration, session core.ID, way, reason string) error {
	ref, err := refOf(ctx, tx, session)
	if err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*void)(nil)).Where("session = ? AND registration = ?", session, r.ID).Exec(ctx); err != nil {
		return fmt.Errorf("correct attendance: %w", err)
	}
	a := Attendance{Session: session, Registration: r.ID, Edition: r.Edition, First: tx.Now}
	switch way {
	case Onsite:
		a.Onsite = tx.Now
	case Online:
		a.Online = tx.Now
	default:
		a.Hub = tx.Now
	}
	known, err := record.Once(tx.NewInsert().Model(&a).On("CONFLICT (session, registration) DO NOTHING").Exec(ctx))
	if err != nil {
		return err
	}
	if known {
		return core.Conflict("attendance.error.counted_already")
	}
	tx.AppendPersonal("attendance.added", r.ID, participation.Scope(r.Edition), record.Internal,
		told(session, ref, way), record.Data{"reason": reason})
	return s.Participation.AttendTx(ctx, tx, r.ID, way, tx.Now)
}

func (s *Service) removeTx(ctx context.Context, tx *record.Tx, r *participation.Registration, session core.ID, reason string) error {
	ref, err := refOf(ctx, tx, session)
	if err != nil {
		return err
	}
	none, err := record.Once(tx.NewDelete().Model((*Attendance)(nil)).Where("session = ? AND registration = ?", session, r.ID).Exec(ctx))
	if err != nil {
		return err
	}
	if none {
		return core.Conflict("attendance.error.not_counted")
	}
	v := void{Session: session, Registration: r.ID, Account: tx.Actor.Account, At: tx.Now, Reason: reason}
	if _, err := tx.NewInsert().Model(&v).On("CONFLICT (session, registration) DO UPDATE").Set("reason = EXCLUDED.reason").Exec(ctx); err != nil {
		return fmt.Errorf("correct attendance: %w", err)
	}
	tx.AppendPersonal("attendance.removed", r.ID, participation.Scope(r.Edition), record.Internal,
		told(session, ref, ""), record.Data{"reason": reason})
	return nil
}
