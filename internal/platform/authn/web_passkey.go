package authn

import (
	"encoding/json"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// passkeyLine is a passkey as a row.
type passkeyLine struct {
	ID            core.ID
	Name          string
	Created, Used stamp
	Synced        string
	Doubted       web.Status
}

type passkeysView struct {
	Rows   []passkeyLine
	Form   *web.Form // for a new one; nil without a fresh proof
	Script passkeyScript
}

// passkeyScript is a form that the script completes: what it asks the server for, and what it
// says. Without a script it is not seen, and the page says what is missing.
type passkeyScript struct {
	Begin, Action, Next string
}

// passkeys is the part of the page with the reader's passkeys; nil where there are none here.
func (w *Web) passkeys(c *web.C, in *PasskeyInput, failure error) (*passkeysView, error) {
	if !w.s.Passkeys() {
		return nil, nil
	}
	list, err := w.s.OwnPasskeys(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	v := &passkeysView{Script: passkeyScript{Begin: c.URL("/me/security/passkeys/begin"), Action: c.URL("/me/security/passkeys")}}
	for _, k := range list {
		l := passkeyLine{ID: k.ID, Name: k.Name, Created: moment(c, k.Created), Synced: c.T("security.passkey.one_device")}
		if !k.Used.IsZero() {
			l.Used = moment(c, k.Used)
		}
		if k.Synced {
			l.Synced = c.T("security.passkey.synced")
		}
		if k.Doubted {
			l.Doubted = c.Status("late", "security.passkey.is_doubted")
		}
		v.Rows = append(v.Rows, l)
	}
	if w.s.Fresh(c.Actor) || failure != nil {
		if in == nil {
			in = &PasskeyInput{}
		}
		v.Form = c.Form("security.passkey", in)
		v.Form.Action = v.Script.Action
		if failure != nil {
			return v, failOrProve(c, v.Form, failure)
		}
	}
	return v, nil
}

// options answers the script with what it asks the browser for.
func (w *Web) options(c *web.C, options []byte, token string) error {
	body, err := json.Marshal(map[string]any{"token": token, "options": json.RawMessage(options)})
	if err != nil {
		return err
	}
	return c.Bytes("application/json", body)
}

// told tells the script what is wrong, in the reader's language.
func (w *Web) told(c *web.C, failure error) error {
	e := web.Classify(failure)
	if e.Kind == core.KindInternal {
		return failure
	}
	body, err := json.Marshal(map[string]string{"error": c.S.Catalog.Error(c.Lang, e)})
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "private, no-store")
	c.W.WriteHeader(web.StatusCode(e.Kind))
	_, err = c.W.Write(body)
	return err
}

func (w *Web) beginPasskey(c *web.C) error {
	options, token, err := w.s.BeginPasskey(c.Context(), c.Actor)
	if err != nil {
		return w.told(c, err)
	}
	return w.options(c, options, token)
}

func (w *Web) addPasskey(c *web.C) error {
	var in PasskeyInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.AddPasskey(c.Context(), c.Actor, in)
	}
	if err != nil {
		if !c.Actor.SignedIn() {
			return err
		}
		return w.securityPage(c, failed{passkey: &in, err: err})
	}
	return c.Done("/me/security", "security.passkey.added", "Name", cleanName(in.Name))
}

type passkeyChange struct {
	ID     core.ID `form:"id"`
	Name   string  `form:"name"`
	Remove string  `form:"remove"`
}

func (w *Web) changePasskey(c *web.C) error {
	var in passkeyChange
	if err := c.Decode(&in); err != nil {
		return err
	}
	if in.Remove != "" {
		if err := w.s.RemovePasskey(c.Context(), c.Actor, in.ID); err != nil {
			return w.again(c, err)
		}
		return c.Done("/me/security", "security.passkey.removed")
	}
	if err := w.s.NamePasskey(c.Context(), c.Actor, in.ID, in.Name); err != nil {
		return err
	}
	return c.Done("/me/security", "security.passkey.named")
}

func (w *Web) beginSignIn(c *web.C) error {
	options, token, err := w.s.BeginSignIn(c.Context(), web.RemoteAddr(c.R))
	if err != nil {
		return w.told(c, err)
	}
	return w.options(c, options, token)
}

// usePasskey signs in with what the script has got from the browser.
func (w *Web) usePasskey(c *web.C) error {
	var in PasskeyUse
	if err := c.Decode(&in); err != nil {
		return err
	}
	next := safeNext(in.Next)
	if err := w.s.UsePasskey(c.W, c.R, in); err != nil {
		if core.KindOf(err) != core.KindConflict {
			return err
		}
		if c.Actor.SignedIn() {
			return err
		}
		return w.signInNotice(c, next, err)
	}
	return c.Done(next, "authn.signed_in")
}

// signInNotice is the sign-in page with what went wrong on another way in.
func (w *Web) signInNotice(c *web.C, next string, failure error) error {
	e := web.Classify(failure)
	if e.Err != nil {
		c.S.Log.Info("not signed in", "path", c.Path(), "error", failure)
	}
	return w.signInPage(c, &signInInput{Next: next}, nil, func(p *web.Page, v *signInView) {
		p.Status = web.StatusCode(e.Kind)
		v.Notice = &web.Notice{Class: "warning", Icon: "warning", Text: c.S.Catalog.Error(c.Lang, e), Role: "alert"}
		if p.Status == http.StatusOK {
			p.Status = http.StatusConflict
		}
	})
}
