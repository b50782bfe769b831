package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics serves figures of the process and the bus; none of them has a label that names a person, a case or an address.
func (a *App) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	count := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	reg.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		count("tiepdan_events_published_total", "Events the bus has.", func() float64 { return float64(a.Bus.Counts().Published) }),
		count("tiepdan_events_failed_total", "Events left to the sweep.", func() float64 { return float64(a.Bus.Counts().Failed) }),
		gauge("tiepdan_uploads", "Uploads under way.", func() float64 { return float64(a.Uploads.Load()) }),
		count("tiepdan_events_again_total", "Events handled again.", func() float64 { return float64(a.Bus.Counts().Again) }),
	)
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
}

// metric serves the figures beside the pages, unless they have a listener of their own.
func (a *App) metric() fiber.Handler {
	if a.Config.MetricAddr != "" {
		return nil
	}
	return adaptor.HTTPHandler(a.metrics())
}

// metricTime bounds a reading of the figures.
const metricTime = 10 * time.Second

// serveMetrics serves the figures on a listener of their own, if one is configured, until end is called.
func (a *App) serveMetrics(ctx context.Context, wg *sync.WaitGroup) (end func(), err error) {
	if a.Config.MetricAddr == "" {
		return func() {}, nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", a.Config.MetricAddr)
	if err != nil {
		return nil, errors.Join(errors.New("listen for metrics"), err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics())
	s := &http.Server{Handler: mux, ReadTimeout: metricTime, WriteTimeout: metricTime}
	wg.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.Log.ErrorContext(ctx, "metrics ended", "error", err)
		}
	})
	return func() { _ = s.Close() }, nil // whoever reads figures may miss some
}

// warnOfNoAddress says loudly that QR codes and links lead nowhere useful: the service can be reached from outside, but
// does not know at which address, and never believes what a request says of it.
func (a *App) warnOfNoAddress(ctx context.Context, at net.Addr) {
	t, ok := at.(*net.TCPAddr)
	if a.Config.BaseURL == "" && a.Config.Has("web") && ok && !t.IP.IsLoopback() {
		a.Log.WarnContext(ctx, "TIEPDAN_URL is not set: QR codes and links on receipts lead to this machine only; set it to where citizens reach the service", "addr", at.String())
	}
}
