# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS toolchain
RUN cargo install --locked cargo-chef --version 0.1.78
WORKDIR /src

# The recipe holds the manifests and the lock file alone: it changes when a dependency does, and only then.
FROM toolchain AS recipe
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM toolchain AS build
COPY --from=recipe /src/recipe.json .
RUN cargo chef cook --locked --workspace --profile dist --bin utfall --recipe-path recipe.json
COPY . .
RUN cargo build --locked --workspace --profile dist --bin utfall \
 && install -d -o 10001 -g 10001 /data

FROM debian:bookworm-slim
COPY --from=build /src/target/dist/utfall /usr/local/bin/utfall
COPY --from=build --chown=10001:10001 /data /var/lib/utfall
USER 10001:10001
WORKDIR /var/lib/utfall
VOLUME /var/lib/utfall
ENV UTFALL_LISTEN=0.0.0.0:8080 \
    UTFALL_DATABASE_URL=sqlite:///var/lib/utfall/utfall.db \
    UTFALL_LOG=json
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["utfall", "healthcheck"]
ENTRYPOINT ["utfall"]
CMD ["serve"]
