package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"plenary/internal/testkit"
)

// provideChromium finds or installs a browser.
func provideChromium(ctx context.Context, in *installer) half {
	h := half{name: testkit.HalfChromium, title: "browser", env: testkit.ChromiumEnv}
	path := os.Getenv(h.env)
	if path == "" {
		path = findChromium()
	}
	if path == "" && in.can() {
		if err := in.install(ctx, "chromium"); err != nil {
			h.what = err.Error() + "; install chromium, or set " + h.env
			return h
		}
		path = findChromium()
	}
	if path == "" {
		h.what = "no Chromium is installed; install it (Debian: apt install chromium), or set " + h.env + " to the path of a Chromium or Chrome"
		return h
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	version, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		h.what = fmt.Sprintf("%s does not say its version: %v", path, err)
		return h
	}
	h.value, h.what = path, strings.TrimSpace(string(version))
	return h
}

func findChromium() string {
	for _, name := range testkit.Browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// provideXMLLint installs the program that asks the XSD of schedules itself. A test that
// needs it says so when it is missing.
func provideXMLLint(ctx context.Context, in *installer, out io.Writer) {
	if _, err := exec.LookPath("xmllint"); err == nil || !in.can() {
		return
	}
	if err := in.install(ctx, "libxml2-utils"); err != nil {
		fmt.Fprintln(out, "provide: xmllint:", err)
	}
}
