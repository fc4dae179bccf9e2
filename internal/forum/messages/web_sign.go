package messages

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type signOffView struct {
	Title    string
	Set      web.TextView
	SetURL   string
	Status   web.Status
	Revision string
	RevURL   string
	Hash     []string // in pieces, so that a line may end between them
	Signers  []signerView
	Past     []signerView
	Mine     []mineView
	Actions  []web.Action
	Ask      bool
	Unsigned string
	Empty    *web.Empty
	Problem  string
}

type signerView struct {
	Role, Name string
	Status     web.Status
	Needed     bool
	What       string // "Version 2, 11 Oct, 17:12"
	URL        string
	Hash       string
	Reason     string
}

// mineView is the form of the actor's own signature.
type mineView struct {
	ID, Role string
	Signer   core.ID
	Revision int
	Reason   string
	Problem  string
	Done     bool // she has said something of these words already
}

// signOff is the page of who signs the Messages, and the form in which one does.
func (w *Web) signOff(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	out := signOffView{Title: c.T("messages.sign_off"), SetURL: c.URL(set.Path() + "/messages")}
	status := http.StatusOK
	var in SignInput
	wrong := ""
	if c.R.Method == http.MethodPost {
		if c.Value("op") == "ask" {
			asked, unreachable, err := w.s.Ask(c.Context(), c.Actor, set)
			if err != nil {
				return err
			}
			return c.Done(set.Path()+"/messages/sign-off", "messages.asked", "Count", asked, "Unreachable", unreachable)
		}
		err := c.Decode(&in)
		in.Refuse = c.Value("op") == "refuse"
		if err == nil {
			if err = w.s.Sign(c.Context(), c.Actor, set, in); err == nil {
				return c.Done(set.Path()+"/messages/sign-off", "messages.signed_done")
			}
		}
		if wrong, err = problem(c, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	} else {
		c.Reads(set.Scope(), core.ScopeForum)
	}
	v, so, err := w.s.SignOff(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	out.Problem, out.Set = wrong, c.Text(NameOf(set.Edition))
	if v.Set != nil {
		out.Set, out.Unsigned, out.Status = c.Text(v.Set.Name), v.Set.Unsigned, w.status(c, set, v)
	}
	if so.Revision.Number > 0 {
		out.Revision, out.Hash = c.T("messages.version", "Number", so.Revision.Number, "Time", c.Stamp(so.Revision.Issued, set.Zone)), documents.Pieces(so.Revision.Hash)
		out.RevURL = c.URL("/documents/" + string(v.Set.Document) + "/revisions/" + strconv.Itoa(so.Revision.Number))
	}
	if err := w.fillSigners(c, set, v, so, in, wrong, &out); err != nil {
		return err
	}
	roles := c.Actor.Roles(set.Scope())
	if policy.Can("set_signers", v.State, roles...) {
		out.Actions = append(out.Actions, web.Action{Label: c.T("messages.set_signers"), URL: out.SetURL + "/sign-off/signers", Icon: "edit"})
		out.Ask = policy.Can("ask_signers", v.State, roles...) && len(so.Signers) > 0
	}
	if len(so.Signers) == 0 {
		out.Empty = &web.Empty{Title: c.T("messages.no_signers"), Text: c.T("messages.no_signers_text")}
	}
	title := out.Title
	if wrong != "" {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "messages/signoff", Title: title, Section: "outcomes", Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

func (w *Web) fillSigners(c *web.C, set *editions.Setting, v View, so SignOff, in SignInput, wrong string, out *signOffView) error {
	list := make([]Signer, len(so.Signers))
	for i, st := range so.Signers {
		list[i] = st.Signer
	}
	sessions, err := w.programme.SessionsByID(c.Context(), c.Actor, sessionsToSign(list))
	if err != nil {
		return err
	}
	for _, st := range so.Signers {
		sv := signerView{Role: signRole(c, st.Role, sessions[st.Session]), Name: st.Name, Status: signStatus(c, st.State), Needed: st.Needed}
		if st.Last != nil {
			w.signature(c, set, v, *st.Last, &sv)
		}
		out.Signers = append(out.Signers, sv)
	}
	for _, x := range so.Past {
		sv := signerView{Role: c.T("messages.sign_role." + x.Role), Name: so.Names[x.Person], Status: signStatus(c, Signed)}
		if !x.Accepted {
			sv.Status = signStatus(c, Refused)
		}
		w.signature(c, set, v, x, &sv)
		out.Past = append(out.Past, sv)
	}
	for _, i := range so.Mine {
		st := so.Signers[i]
		if so.Revision.Number == 0 {
			continue
		}
		m := mineView{
			ID: "sign-" + strconv.Itoa(i+1), Role: signRole(c, st.Role, sessions[st.Session]), Signer: st.ID, Revision: so.Revision.Number,
			Done: st.State == Signed || st.State == Refused,
		}
		if in.Signer == st.ID {
			m.Reason, m.Problem = in.Reason, wrong
		}
		out.Mine = append(out.Mine, m)
	}
	return nil
}

func signStatus(c *web.C, state string) web.Status {
	kinds := map[string]string{Signed: "done", Refused: "cancelled", Earlier: "changed", Missing: "due"}
	return c.Status(kinds[state], "messages.sign_state."+state)
}

func signRole(c *web.C, role string, ses *programme.Session) string {
	if ses == nil {
		return c.T("messages.sign_role." + role)
	}
	return c.T("messages.sign_role_of", "Role", c.T("messages.sign_role."+role), "Session", c.Text(ses.Label()).S)
}

func (w *Web) signature(c *web.C, set *editions.Setting, v View, x Signature, sv *signerView) {
	sv.What = c.T("messages.version", "Number", x.Revision, "Time", c.Stamp(x.Signed, set.Zone))
	sv.Hash, sv.Reason = x.Hash, x.Reason
	if v.Set != nil {
		sv.URL = c.URL("/documents/" + string(v.Set.Document) + "/revisions/" + strconv.Itoa(x.Revision))
	}
}

// signers is the form of who signs.
func (w *Web) signers(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	in, err := w.s.Signers(c.Context(), c.Actor, set) // asks whether she may
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = SignersInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			if failed = w.s.SetSigners(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/messages/sign-off", "messages.signers_saved")
			}
		}
	} else if len(in.Signers) == 0 {
		for _, r := range SignRoles[:3] {
			in.Signers = append(in.Signers, SignerInput{Role: r, Needed: true})
		}
	}
	f := c.Form("messages.signers_form", &in)
	var opts []web.Option
	for _, r := range SignRoles {
		opts = append(opts, web.Option{Value: r, Label: c.T("messages.sign_role." + r)})
	}
	f.Options("signers.role", opts)
	return w.form(c, set, c.T("messages.set_signers"), c.T("messages.set_signers_help"), f, failed, "/messages/sign-off")
}
