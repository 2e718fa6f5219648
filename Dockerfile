# One image for every process: `makola api`, `worker`, `bot`, `twins`, `migrate`.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends cmake make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/base.lock requirements/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/base.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps -e .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 1000 makola && mkdir /data && chown makola /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH HOST=0.0.0.0 DATA=/data PYTHONUNBUFFERED=1
WORKDIR /app
USER makola
EXPOSE 8080
CMD ["makola", "api"]
