//! A body in chunks that is answered before its end: its connection is closed. The framework would wait for the rest without end, as soon
//! as nobody holds what arrives; so it is held until the answer is sent.

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// An answer that holds what its call still sends.
struct Holding {
    answer: BoxBody,
    _arriving: Rc<RefCell<Payload>>,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}

/// Closes the connection of a call whose body is not read to its end.
pub async fn closed(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, impl MessageBody>>, Error> {
    if !request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_into_right_body());
    }
    let arriving = Rc::new(RefCell::new(request.take_payload()));
    let read = arriving.clone();
    let stream = poll_fn(move |context| read.borrow_mut().poll_next_unpin(context));
    request.set_payload(Payload::Stream { payload: Box::pin(stream) });
    let response = next.call(request).await?.map_into_boxed_body();
    Ok(response.map_body(|_, answer| Holding { answer, _arriving: arriving }).map_into_left_body())
}
