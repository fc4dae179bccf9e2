package browser

import (
	"context"
	"testing"

	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

func TestZZ(t *testing.T) {
	s := serve(t)
	b := open(t, s.demo.URL)
	b.appear(390, "light")
	b.visit("/ar/demo/mail")
	b.do("x", chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, _, a, v, c, err := cdpage.GetLayoutMetrics().Do(ctx)
		t.Log(a, v, c, err)
		return err
	}))
	t.Log(eval[[]int](b, `[document.documentElement.scrollWidth, document.body.scrollWidth, document.documentElement.scrollHeight, innerWidth, document.documentElement.clientWidth, scrollX]`))
	t.Log(eval[[]string](b, `(() => { const out=[]; for (const e of document.querySelectorAll("body *")) { const r=e.getBoundingClientRect(); if (r.left<0||r.right>391) out.push(e.tagName+"."+e.className+" "+r.left+" "+r.right+" "+e.checkVisibility()) } return out })()`))
}
